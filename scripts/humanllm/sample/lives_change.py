"""What people write about a year that changed something; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# exam
kind: life
about: the evening school
place: SecondChance
set subject: mathematics|chemistry|accounting|French
set goal: the school certificate that I never got|the technician's diploma|a place at the college
set classmate: Bogdan|a grandmother called Irmgard|Farrah|a fireman called Lex
who: I go to evening school in {town} for {goal}.
who: At [thirty-four|forty-two|forty-nine] I am sitting in a classroom again, four evenings a week.
who: I work by day and study {subject} by night, in {town}, at the kitchen table.
advice: Study in the same chair at the same hour and the chair will do half the work.
advice: Explain it aloud to somebody who does not care, my dog knows all of {subject} by now.
advice: Do the old papers against the clock, because the fear lives in the clock and not in the questions.
advice: Tell the people at home which nights are yours, and put it on the fridge in large letters.
advice: Failing once was the most useful thing that happened to me, although I could not hear that then.
== Back to school | The oldest in the room
I have enrolled at the evening school in {town}, and last night was the first lesson.
I am there for {goal}, because I left school at sixteen and have explained it away ever since.
I was terrified because I was sure that they would look at me and know.
Nobody looked, they were all busy being [terrified|tired] too, and {classmate} lent me a ruler.
? The chairs are made for people without knees.
So I decided not to tell anybody at work until I have the first mark.
I sharpened four pencils before I went to bed, and it felt like packing for a journey.
== Fractions | I do not understand it
I have sat in front of the same page of {subject} for [four|five] evenings and I do not understand it.
I was close to throwing the book, because the boy beside me does it on his phone under the table.
Then {classmate} drew the whole thing as a cake, and I saw it, and I got angry at thirty years of not seeing.
It is not that I was stupid, it is that nobody had ever drawn the cake.
? We ate a real one afterwards, for revision.
So I decided to ask whenever I do not understand, even if it is every two minutes.
The teacher said that she had been waiting for it since September.
== I failed | Thirty-eight points
I failed the first exam in {subject}, with thirty-eight points, and fifty are needed.
I was crushed because I knew it all on the evening before, and in the hall my head was white.
I told {kin} that it had gone all right, and then I told the truth [while washing up|in the dark].
{classmate} failed too and proposed that we should meet on Sundays and do old papers against the clock.
? I had told nobody at work, so nobody could comfort me, which was rather a flaw in the plan.
So I decided to sit it again in the summer, and this time to tell people.
My boss only asked which evenings I needed.
== Against the clock | Sundays
Every Sunday we sit in {classmate}'s kitchen with an egg timer and do old papers in {subject}.
The first time I froze as soon as it began to tick.
I was surprised because by the [fifth|sixth] Sunday I had stopped hearing it.
We found out that the fear sits in the first three minutes, so now I spend those just reading.
? The egg timer is a chicken, and I have dreamed of it.
{kid} asks me questions at breakfast and is merciless.
I decided to go to bed at ten before the exam, whatever I still do not know.
== Passed | Seventy-one
I passed: seventy-one points in {subject}, and {classmate} got seventy-three and will never let me forget it.
In the hall I read for three minutes and heard a chicken ticking, in my head, quite friendly.
I was so happy because the envelope was thick, and I had heard that thin ones are bad.
I have {goal} in my hand, and it is [only a sheet of paper|lighter than I had thought].
? {kin} framed it, and {kid} stuck a star on the glass.
At work they had hung up a paper chain, so it is as well that I told them.
So I decided to help in the first-year course on Thursdays, and I shall draw the cake.

# dog
kind: life
about: the dog from the shelter
place: RescueDogs
set dog: Pepper|Bruno|Tilda|Old Max
set fear: men with hats|brooms|stairs|the sound of paper
who: I share two rooms in {town} with {dog}, a dog from the shelter.
who: I adopted {dog} after I had lived alone for [two|three] years.
who: {dog} and I live on {street}, and one of us is afraid of {fear}.
advice: Do nothing for the first three days, just be in the room, that is what they told me and it was right.
advice: Let the dog come to you, and turn your shoulder instead of your face.
advice: Keep the walk the same each day, because it is the surprise that frightens them and not the street.
advice: Carry something good in your pocket and pay for courage at once, in cash so to speak.
advice: You will doubt it in the second week, everyone does, so give it until the twelfth.
== Under the table | The first three days
I have a dog since Friday: {dog}, from the shelter, age unknown, and so far I have mostly seen the tail.
{dog} lies under the table and has not come out except at [three|four] in the morning, when I pretend to sleep.
I was unsure because I had wanted company, and now I am alone with somebody who is afraid of me.
The shelter says that something happened with {fear}, and that nobody knows more.
? I read the newspaper aloud on the kitchen floor, as they told me to do.
So I decided to want nothing for a week and just to be there.
Tonight a nose touched my foot, briefly, like somebody who tries a door handle.
== A walk | To the corner and back
We went out today, {dog} and I, to the corner of {street} and back.
It took [forty minutes|half an hour], for we had to look at everything and disbelieve most of it.
I was proud because a bin lorry came, and {dog} pressed against my leg instead of pulling away.
Nobody has leaned on me like that for a long time, I noticed.
? A woman said what a lovely dog, and I answered thank you as if I had made it.
I live alone since [the divorce|my wife died], and I speak aloud again now, to somebody who listens with the whole head.
So I decided to walk the same way each morning at seven, so that the world becomes a little smaller for both of us.
== Lost | Four hours
{dog} ran away on Saturday because of {fear}, and was gone for four hours.
I ran through the park in my slippers and called, and strangers began to call with me.
I was desperate because I thought of that trust, so slowly earned, and of the ring road.
At dusk I went home to get a torch, and there lay {dog} in front of the door, [wet|muddy] and offended.
? I said several things, and then I sat down on the step and howled a bit.
Home was the place to run to, that is what I understood on that step.
So I decided to go to the dog school on {street}, for I am the one who has to learn something.
== Dog school | I got bad marks
The dog school in {town} is really a people school, and I am not among the best.
The trainer said that {dog} understands everything and that I [talk too much|am always a second late].
I was amused because my teachers used to say the same.
We practise with {fear}, from far away at first, and with sausage.
{friend}, whom I met there, has a dachshund with a lawyer's character, and we walk together now on Sundays.
? Last week I laughed so much that {dog} barked in support.
So I decided to stay for coffee next time, when they ask, instead of saying that I have to go.
== A year of {dog} | Twelve months
{dog} has been here for a year, and I no longer know how I used to fill the mornings.
There is still a start at {fear}, but then comes a look to me, and I say it is all right, and it is.
I was moved because the shelter rang to ask how it goes, and I talked for [half an hour|twenty minutes].
Last year I ate standing up, and I knew nobody on {street} by name.
Now I know eleven dogs, nine people and one dachshund.
? The table has a hollow in the rug under it that I shall never have mended.
So I have decided to go to the shelter on Fridays and to read the newspaper aloud to those who are still waiting.

# debt
kind: life
about: paying off the debt
place: SmallBudgets
set sum: eleven thousand|nine thousand|fourteen thousand
set cause: a car that I could not afford|a café that failed|years of looking away|a friend's loan that I signed
set helper: a Mrs Abel at the advice centre|my cousin Ruth|an old colleague
who: I am paying off {sum} in {town}, month by month, because of {cause}.
who: I write down every cent I spend in {town}, in a squared notebook.
who: I came into debt through {cause}, and I am getting out of it by walking.
advice: Open the letters on the day they come, since a closed letter costs more than an open one.
advice: Tell one person the whole number, aloud, and after that it is only arithmetic.
advice: Put the small joys into the plan, or the plan will last three weeks.
advice: Ring them before they ring you, they were kinder to me than I had feared.
advice: Pay cash for a month and you can feel in your fingers what a thing costs.
== The drawer | I opened the letters
I opened the drawer yesterday, the one with the letters, all [thirty-one|twenty-six] of them.
It is {sum}, because of {cause}, and I wrote the number on a sheet and turned the sheet over.
I was sick with shame because I earn decent money and have told everybody that things are fine.
? My hands were cold, and I had to put the heating on, which I then worked out in cents.
I sorted them by date and made three piles on the carpet.
So I decided to tell {kin}, tonight, the whole number, before I can close the drawer again.
I am writing this first, so that there is no way back.
== The whole number | I said it
I said the number aloud, {sum}, at the kitchen table, and the ceiling stayed where it was.
{kin} was silent for a bit and then asked whether I [was eating properly|slept at night].
I cried because I had been ready for everything except kindness.
On Monday I went to see {helper}, who put on a pair of glasses and asked for all the letters.
? I had brought them in a biscuit tin.
We made a plan of [thirty|thirty-six] months, and there is even a line in it for cinema.
So I decided to sell the car and to walk, for it is only forty minutes, and I have been in a hurry for years.
== Forty minutes | Walking
I have walked to work for three months now, forty minutes each way, and I have paid nine instalments early.
I notice things: which bakery opens first, and that {street} has a [mulberry tree|sundial].
I was envious at first, because all of them went past me with their heaters on.
Now I think my thoughts to the end, and nobody sends me a bill for it.
? I own one pair of good boots, and I know the cobbler by his first name.
{helper} rang to say that one of the creditors had let me off the interest.
So I decided to put that money on the largest debt and not to buy the coat.
== The setback | The fridge died
The fridge broke last week, and with it went the month's plan.
I stood in front of it and was afraid because for a moment I wanted to [sign for a new one|close the drawer] again.
It is so easy, there is a button for it, and it says pay later.
I rang {helper} instead, and we went through the plan like surgeons.
{friend} had an old fridge in the cellar, which hums in the night like a bumblebee.
? My budget for cinema went on a trolley to carry it.
I decided to build up a small reserve first and to pay off more slowly, and that is not a defeat.
== Zero | The last instalment
I paid the last instalment this morning, and the account of {sum} stands at zero.
I had thought that there would be music, but the machine only asked whether I wanted a receipt.
I did want it, and it hangs on the fridge, which still [hums|grumbles].
I was happy because I went home on foot, although I could have taken the tram.
? {kin} and I went to the cinema and ate the expensive popcorn, and I wrote it down.
The drawer is empty, there is a tin with seeds in it now and the squared notebooks.
So I decided to go to the advice centre on Mondays and to sit beside people while they open the first letter.
"""
