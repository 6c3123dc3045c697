"""What people write about their work, first part; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# nurse
kind: work
about: the night shifts
place: ShiftWork
set ward: the stroke ward|the heart ward|the children's ward|the orthopaedic ward
set boss: Petra|Hollis|Imke|Sunniva
who: I work nights as a nurse on {ward} in {town}.
who: I have been a night nurse in {town} for [six|eight|eleven] years now.
who: For anyone new here, I am a nurse and I sleep while the rest of {town} is at lunch.
advice: When I come off nights I wear sunglasses all the way home, and it helps me more than any pill.
advice: The trick that saved me was to eat a real meal at seven and only soup at three in the morning.
advice: Please tell somebody on your ward how tired you are, because nobody can see it from outside.
advice: I keep one evening a week that no rota may touch, and I defend it like a dog defends a bone.
advice: A short nap before the first night made a bigger difference to me than any amount of coffee.
== Seven nights in a row | The new rota
[I got|We got] the new rota for {ward} today and I am down for seven nights in a row.
I was angry because I had asked for that weekend off in [March|January|the spring] and nobody wrote it down.
{boss}, who makes the rota, looked so tired that I did not have the heart to shout.
? The last time I did seven nights I put the milk in the oven and the pizza in the fridge.
Sleeping by day is the hard part, since somebody on {street} is [building a garage|learning the trumpet].
So I decided to offer {boss} a swap: I take the two bank holidays and keep my weekend.
I felt better as soon as I had sent the message, whatever the answer will be.
== A quiet night, for once | Three in the morning
It was the quietest night on {ward} since I started there.
At three in the morning an old man woke up and asked me whether the war was over.
I sat with him for [half an hour|twenty minutes] and he told me about the [ferry|orchard] that his father had.
I felt sad and happy at once because he called me by his daughter's name and I did not correct him.
? His tea went cold on the tray, so I made another, and that went cold too.
I have decided to write down one thing each night that is worth keeping.
Tonight it is this: he said the river smelled of apples.
== The student | Teaching somebody at night
There is a student on {ward} this month, and {boss} put her with me.
She asked me [why I chose nights|how I stand the nights], and I had no quick answer.
I told her that by day there are forty people in the corridor and at night there is only the patient and me.
I was nervous because I had to let her place her first line while I kept my own hands behind my back.
She did it well, better than I did at her age.
? Afterwards she cried in the linen room, and I remembered that I used to do the same.
I decided to ask {boss} whether I could take a student every term.
I did not expect to enjoy teaching, and I think it has woken me up a little.
== A mistake | What I got wrong last week
I made a mistake last week and I have been carrying it around since.
I wrote a dose on the wrong line of the chart, and the day shift caught it before anything happened.
I was ashamed because I always tell the students to read the line twice.
{boss} sat down with me and asked first how many hours I had slept, which I thought was kind.
? The answer was nine hours in two days, by the way.
So I decided to stop taking extra shifts until the summer, even though the money is useful.
The patient is fine and went home on [Thursday|Sunday] with a bag of clementines.
== I asked for days | After the nights
I did it: I asked {boss} for a year of day shifts.
For months I told myself that I was a night person, but really I was afraid of the busy corridor.
I was relieved because she said yes before I had finished my prepared speech.
From next month I will see {town} in daylight on a Tuesday, which I have not done for years.
? {friend} has already booked me for breakfast, and I had to ask what people eat at that hour.
The student from the spring is taking my place on nights, and I gave her my good lamp.
I think I will miss the hour before dawn, when the whole ward breathes out.

# baker
kind: work
about: the bakery
place: SmallBakery
set bread: rye loaf|walnut loaf|oat loaf|potato loaf
set helper: Anselm|Rosalind|Pim|Odette
who: I run a small bakery on {street} in {town}, two ovens and one and a half people.
who: I am a baker in {town}, so my day begins at [two|half past two|three] in the morning.
who: I took over the bakery in {town} from an uncle who never wrote a recipe down.
advice: Weigh the water too, not only the flour, and your dough will stop surprising you.
advice: I raised my prices once a year in small steps, and nobody ever said a word about it.
advice: If you bake for money you must also bake once a month for nobody, or the joy dries up.
advice: Write the bad batches down with the weather of the day, because the pattern shows after a month.
advice: My rule is that whoever gets up at two does not answer letters after six.
== The old oven is dying | Smoke before sunrise
The old oven in the bakery made a noise this morning like a cow in a tunnel.
I was scared because the left one already bakes everything darker at the back, and now the right one smokes.
A new oven costs about as much as my car and the car that came before it.
? {helper}, who works with me, suggested that we sell everything as extra crusty.
We got the {bread} out in time, but the rolls were only good for the [ducks|hens next door].
So I decided to ring the repair man, the bank and my mother, in that order.
The repair man comes on Monday, the bank wants three years of papers, and my mother said to eat something.
== The loan | Adding up the flour
I spent the whole Sunday at the kitchen table with the books of the bakery.
It turns out that I lose money on every plain roll and earn it all with the {bread}.
I was surprised because the rolls are what people queue for.
The woman at the bank in {town} was friendly and asked [who my rivals were|where I saw myself in five years].
? I said asleep, and I think it cost me a point.
I decided to put the price of the rolls up by a few cents and to hang a sign that says why.
If the customers shout at me, at least I will know that they read.
== The new oven | It has arrived
The new oven stands where the old one stood, and I keep patting it like a horse.
Four men and {helper} carried it in, with a door taken off and some words that I will not repeat.
The first batch of the {bread} came out pale, because this oven really has the heat that its dial promises.
I was close to tears because I had thrown away twelve years of knowing where the hot corner was.
By the third batch we had it, and the crust sang when I put the loaves on the rack.
? {kin} came by to look and ate half a loaf standing up.
So I decided to keep a notebook this time, for whoever comes after me.
== The Saturday queue | A line to the corner
We had a queue to the corner of {street} this Saturday, in the rain.
The local paper wrote four lines about our {bread}, and half of {town} seems to have read them.
I was proud because old people who bought from my uncle stood between students who had never seen the place.
By ten we had nothing left but [poppy seeds and apologies|two buns and a cake that fell].
? {helper} sold our own breakfast over the counter, to applause.
I have decided not to bake more next week, though everybody tells me to.
A small bakery can die of a good month, my uncle said, and he had seen two of them do it.
== An apprentice | Somebody to teach
Since the first of the month we have an apprentice, so the bakery is now two and a half people.
He is seventeen, he is {kid}'s favourite person already, and he has burned his wrist twice.
I was worried because I have no patience before five o'clock, and that is when he learns.
Yesterday he shaped the {bread} alone, and I moved only one loaf a little to the left.
? {helper} says that for me this counts as praise.
I decided to write out every recipe in full sentences, with the reasons.
The loan has [three|four] years to run, the oven holds its heat, and for the first time I slept until four.

# driver
kind: work
about: driving the bus
place: BusDrivers
set line: the 14|the 7|the 31|the 52
set passenger: Mrs Alder|old Mr Quill|the lady with the cello|the man with two umbrellas
who: I drive {line} bus in {town}, mostly the early shift.
who: I have driven a bus through {town} for [nine|twelve|fifteen] years, and before that a milk lorry.
who: I am a bus driver, so I know every pothole in {town} by its first name.
advice: Count to three before you answer an angry person, because by two most of them are sorry.
advice: I stretch my back at each end of the route, and since then I sleep without a pillow under my knees.
advice: Bring your own flask and nobody can ruin your morning with bad coffee.
advice: If they change your timetable, drive it once with a notebook before you complain about it.
advice: Say good morning to every single one, even if only a third answers, since that third carries you.
== They changed my route | New timetable
They have changed the timetable of {line} and cut four minutes out of it.
Four minutes sounds like nothing, but it is exactly the time that {passenger} needs to get on and sit down.
I was annoyed because whoever planned it has never driven down {street} behind a [bin lorry|tractor].
? On the first day I was late at eleven stops out of nineteen.
So I decided to write the real times down for two weeks and to take the sheet to the office.
My colleague {friend} laughed at me and then gave me his pencil.
I do not like to make a fuss, but I like it even less to pull away while somebody is still waving.
== Fog | The morning nobody could see
This morning the fog in {town} was so thick that I drove {line} by the sound of the kerb.
I was frightened because at the crossing near the school I could not see my own mirrors.
The whole bus went quiet, and then {passenger} came to the front and read out the stops for everybody.
I have never been so glad of company.
? We were twenty minutes late, and people clapped when I opened the doors.
I decided to report the missing lamp at that crossing again, for the third time this year.
After the shift I sat in the canteen with both hands around a cup until they stopped shaking.
== The sheet of paper | In the office
I took my sheet of times to the office, fourteen days of {line} in small neat numbers.
I was nervous because I have not been in that room since they hired me.
The planner was [a young woman|a quiet young man] who had honestly never been told.
We went through it stop by stop, and at {street} the planner just wrote the word sorry.
? I had ironed a shirt for it, and {kin} took a photograph.
So I decided to invite the planner for a ride, and next Wednesday we drive the first run together.
I came in to complain, and I left with the feeling that somebody had waited for the call.
== The planner rides along | Six in the morning, two of us
The planner really came, at ten to six, with a flask and a clipboard.
We drove {line} from end to end, and I said nothing and let the road do the talking.
At the steep part {passenger} took three minutes and fifty seconds, and the planner timed it.
I felt proud because for once my work was something that another person wrote down.
? A schoolboy asked whether I was being arrested.
They have decided to give us the four minutes back from the autumn.
I decided to buy the planner a cake, and I will have to find out what kind.
== Four minutes | The old times are back
Since Monday {line} has its four minutes again.
It is strange how much fits into four minutes: a pram, a greeting, a look in the mirror without haste.
{passenger} missed the bus all the same, and I saw the waving in the mirror and stopped.
I was happy because I could afford to.
The lamp at the crossing by the school burns as well, so this was a good year for paper.
? {friend} now writes down everything that is wrong with the canteen and is on page six.
I have decided to train new drivers two days a month, and the first thing I teach them is to wave back.

# teacher
kind: work
about: the classroom
place: TeachersLounge
set age: seven-year-olds|nine-year-olds|eleven-year-olds
set pupil: Wim|Lotte|Basil|Junia
who: I teach [twenty-six|twenty-eight] {age} at a primary school in {town}.
who: I am a teacher in {town}, so my year begins in September and my voice goes in October.
who: I have taught {age} for [seven|ten|fourteen] years and still dream about losing the register.
advice: Speak more quietly instead of louder, because they lean in to hear what they might be missing.
advice: I phone each family once in the first month with something good, and it pays for the whole year.
advice: Leave one evening in the week without marking, or you begin to dislike the handwriting of children.
advice: Give the loudest child a job that needs two hands, and the room changes within a day.
advice: It helped me to plan only the first and the last five minutes, since the middle never obeys anyway.
== The boy who says nothing | A quiet child | New in class
There is a new child in my class, {pupil}, who has not said a word in three weeks.
The others have stopped asking, and I was worried because that happened so fast.
I tried questions, I tried jokes, and I tried leaving [paper and paint|a box of shells] on the desk.
? In the break {pupil} stands by the fence and watches the road.
I remember my own first year at school, when I hid behind the coats.
So I decided to say good morning every day and to expect nothing back.
It costs me nothing, and perhaps it is the one thing that does not hurry anybody.
== The snail | First words
{pupil} spoke today, and it was about a snail.
We had found it on the window, and I asked the class what it might be thinking.
Twenty-five children shouted, and then there was a small clear voice that said it is looking for the way home.
I had to turn to the board because my eyes were wet, and {age} notice everything.
? The snail now lives in a jar with lettuce and is called Herbert.
I decided not to make anything of it and just wrote the sentence on the board with the others.
On the way home I told {kin} about it twice.
== Report season | Forty sentences about each child
It is report season, and my kitchen table in {town} has disappeared.
I have to write four hundred words for each child, and the form only allows [good and very good|three boxes].
I was frustrated because none of the boxes fits a child who talks to a snail before breakfast.
So I decided to write each family a short letter by hand as well, with one thing that I saw.
For {pupil} I wrote that the whole class goes quiet now when that small voice begins.
? My hand hurts and the cat has slept on the letter S.
It is too much work, I know, but the boxes were never for the children in the first place.
== The school play | Curtain
We put on the play last night, and I am still hoarse.
One wall of the castle fell over in the second scene, and the [dragon|king] held it up for ten minutes.
{pupil} had asked for a part with one line, and I was nervous because the hall was full.
The line came, late and clear, and the back row laughed in the right place.
? My head teacher, who never says anything, said well.
I felt that I knew again why I do this, which I had honestly forgotten in the winter.
I have decided to write the next play with the class instead of ordering one.
== Last day | The empty classroom
The chairs are on the tables and the walls are bare, so the school year is over.
{pupil} left me a drawing of a snail with a suitcase, and the family moves to the coast next week.
I was sad because I will never hear how it goes on, and that is how it is with every class.
? In the cupboard I found eleven single gloves and a sandwich that I will not describe.
The letter that I wrote in the winter hangs in their kitchen, the mother told me.
So I decided to do the letters again next year, for all of them.
Tomorrow I will sleep, and the day after I will already miss the noise.
"""
