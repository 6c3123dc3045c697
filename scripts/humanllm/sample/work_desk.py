"""What people write about their work, second part; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# helpdesk
kind: work
about: the help desk
place: HelpDeskTales
set firm: an insurance office|a hospital|a council office|a shipping firm
set caller: the man from accounts|the lady from the archive|the director's assistant|the night porter
who: I answer the IT help desk of {firm} in {town}.
who: I work on a help desk in {town}, which means that people only call me on their worst days.
who: For [five|seven] years I have sat on the help desk of {firm}, second floor, no window.
advice: Ask them what they wanted to do, not what went wrong, and half of the calls become short.
advice: I write every odd case on a card, and after a year the cards were worth more than the manual.
advice: Never let a person feel stupid, because then they call you only when the house is already burning.
advice: Stand up for the difficult calls, since your voice gets calmer when your back is straight.
advice: I asked for one quiet hour a day without phone, and the number of open tickets fell by a third.
== The printer on the third floor | Ticket number one
The printer on the third floor has been reported broken for the ninth time this month.
Each time I go up, it works, and {caller} looks at me as if I had bribed it.
I was irritated because I have other tickets, real ones, with smoke.
Today I stayed for an hour and simply watched [who used it|what went on around it].
? At eleven the coffee machine next to it switched on and all the lights blinked.
So I decided to move one plug from one wall to another, and that was the whole miracle.
{caller} now thinks I am a genius, and I am not going to say a word.
== Being shouted at | The call I keep thinking about
A man shouted at me on the phone today until his voice broke.
His file was gone, four months of work, and I was the only person who had picked up.
I felt small because I could not say the one sentence that he wanted to hear.
Then he went quiet and told me that the file was [the eulogy for his brother|a letter to his son].
? My tea had a skin on it by then.
I stayed [two hours|until eight] after closing and found an old copy on a server that nobody had switched off.
So I decided never again to call it only a file before I have asked what is in it.
== They want to replace us | The chat robot
{firm} is thinking about a chat robot for the first questions, and we sat in a meeting about it.
I was anxious because the slides had our names in a column that was called savings.
{friend} from my team asked who would tell the robot about the coffee machine, and nobody laughed.
I have a card box with [six hundred|four hundred] odd cases in it, and none of them is in the manual.
? The biscuits at the meeting were excellent, which is always a bad sign.
So I decided to type the cards up and to show what a person knows that a form does not ask.
It will take me until the summer, but I would rather be useful than right.
== The card box | Six hundred small stories
I have finished typing up my card box, every odd case since I started on this desk.
Reading it in one go is like reading a diary in which only other people have feelings.
I was moved because {caller} appears in it thirty-one times, and thirty times the question was about something else.
I showed it to the head of the department, and she read for [twenty minutes|half an hour] without looking up.
? She only asked what I meant by a haunted cable.
They have decided to keep the team and to let the robot do the passwords.
I decided to go home early, which for me means at six.
== A new name on the door | Knowledge, they call it
My title has changed, and I am now responsible for knowledge, whatever that is.
In practice I still answer the phone in the mornings, because I asked for that.
In the afternoons I teach the new people to listen before they click.
I was unsure because I never studied any of this and still write everything on cards first.
{caller} sent me a plant with a note that says for the only one who never sighed.
? I did sigh, of course, but with the microphone off.
I have decided to put the plant where there would be a window.

# librarian
kind: work
about: the library
place: LibraryPeople
set reader: Mr Fennimore|a girl called Saskia|the retired captain|a boy called Enno
set corner: the map room|the reading room|the children's corner|the local history shelf
who: I am a librarian in {town} and look after {corner}.
who: I have worked in the library on {street} for [nine|thirteen] years, most of it in {corner}.
who: I run the small branch library in {town}, with one colleague and a radiator that sings.
advice: Put one book face out on every shelf and change it on Mondays, because it is the cheapest advert there is.
advice: When a reader says that they want something good, ask what they read when they were ten.
advice: We count the people who only come in to get warm, and that number saved our budget.
advice: Never tidy away a chair that somebody has pulled to a window.
advice: I stopped sending the second reminder and rang people instead, and most of the books came home.
== They want to close us | The letter from the council
A letter came from the council: they want to close our branch on three days a week.
I was furious because I learned of it [from the newspaper|from a reader] before I learned of it from them.
They say that the number of loans has fallen, and that is true.
But {reader} comes every day at ten, borrows nothing, and goes home at five as a different person.
? The radiator sang through the whole staff meeting as if it was on our side.
So I decided to count people instead of books, beginning this morning.
By closing time I had eighty-three strokes on a sheet, and only twelve of them had borrowed anything.
== Counting people | Four weeks of strokes
For four weeks I have made a stroke for everybody who comes through our door.
It is two thousand and six people in a town that supposedly does not need us any more.
I was astonished because I had guessed half of that.
{reader} has started to count with me and is [stricter|more exact] about dogs than I am.
? We had an argument about whether a baby is a visitor, and the baby won.
Most of them sit in {corner} and do something quiet that costs nothing anywhere else.
I decided to take the sheets to the council meeting and to read out just one day, hour by hour.
== The council meeting | Three minutes at a microphone
I spoke at the council last night, and they give you three minutes and a red lamp.
I was so nervous because I have spent my life in a place where one whispers.
I read out one Tuesday: at nine a man to fill in a form, at ten {reader}, at eleven a class of twenty.
When the lamp went red nobody stopped me, so I went on to [closing time|the last visitor].
? Somebody in the second row had brought knitting and put it down.
They have not decided yet, but they have asked for my sheets.
So I decided to sleep first and to be afraid again tomorrow.
== An evening in the stacks | The night we stayed open
We kept the library open until midnight on Friday, just to see who would come.
{town} came, that is the short version.
People read to each other in {corner}, and {reader} read a page that made a grown plumber blow his nose.
I was happy because for once nobody asked where the toilets were before they said hello.
? We ran out of tea at nine and out of chairs at half past.
{kin} washed two hundred cups and has mentioned it only [once|twice] since.
I decided that we do this every winter, whatever the council says.
== We stay | Five days a week
The council has voted, and our branch stays open on five days a week.
They used my word, visitors, in the second sentence of the letter.
I was relieved because I had already looked at flats in another town and hated every one.
{reader} heard it from me at ten o'clock and only said that this was to be expected.
? Then I heard a nose being blown behind the atlases.
We had to promise something too, so the loans must not fall any further.
I have decided to put one book face out on every shelf, and it works, which is almost insulting.

# warehouse
kind: work
about: the warehouse
place: ForkliftLife
set hall: hall four|the cold hall|the night dock|the returns hall
set mate: Big Tam|Yusra|Corwin|little Jo
who: I am a shift lead in a warehouse outside {town}, in {hall}.
who: I drive a forklift in {hall} and look after a team of [nine|eleven].
who: I work in a warehouse near {town}, and {mate} and I share a locker and most opinions.
advice: Look at the person and not at the load, because the load will not tell you that it is tired.
advice: Change your insoles every three months, and buy the good ones before the good phone.
advice: If a target makes people run, put the target on paper next to the accidents and show both.
advice: I learned every first name in the first week, and that has prevented more trouble than any rule.
advice: Take the break in full and sit down for it, since nobody ever gave a medal for a skipped sandwich.
== The new targets | Numbers on the wall
They have put a screen up in {hall} that shows how many parcels each of us moves an hour.
By the second day people had stopped saying good morning.
I was worried because {mate} took a corner so fast that the whole rack sang.
I lead the shift, so I am the one who is supposed to praise the green numbers.
? Mine was yellow, and I found that I minded, which annoyed me even more.
So I decided to write down every near miss for a month and to hang that list next to the screen.
If we must have numbers, let us have all of them.
== Near misses | The other list
My list of near misses in {hall} has [thirty-one|twenty-seven] lines after three weeks.
A pallet came down on Thursday at the spot where {mate} had stood a moment before.
I was shaking because I had told the joke that made my friend step aside, and it was not even a good one.
I took the list to the office with dates and times and no names at all.
? The manager asked for the names, and I said that the forklifts would not give them.
I decided that if they wanted names they could have mine first.
That night I could not eat, and {kin} just sat down next to me and did not ask.
== The screen goes dark | A quiet Monday
The screen in {hall} has been switched off until further notice.
They call it maintenance, but {mate} and I know maintenance when we see it.
People say good morning again, and on the first day we moved as many parcels as before.
I was glad because I had half believed that the numbers would fall and that I would be to blame.
? Somebody has stuck a drawing of a sloth over the dark glass.
I have decided to keep my list all the same, since a thing does not become safe by being quiet.
The union asked me to stand for the committee, and I said that I would sleep on it.
== Elected | Apparently I am on the committee
I have been elected to the safety committee with [forty|fifty-two] votes and one drawing of a sloth.
I was nervous because I left school at sixteen and they all have folders.
In the first meeting I asked what a sentence meant, and it turned out that nobody knew.
? After that I asked about every third sentence and they were quite grateful.
{mate} drove my share that afternoon and told everybody I was in a spa.
So I decided to take the evening course on work safety in {town}, twelve Tuesdays.
I have not written an exam in twenty years, and my pencil case is {kid}'s.
== The certificate | Twelve Tuesdays later
I passed the course on work safety, and the certificate hangs in {hall} beside the sloth.
In the oral part they asked me for an example, and I told them about the pallet and the bad joke.
I was proud because the examiner wrote down what I said about the corner.
We have mirrors at both ends of {hall} now and a line on the floor that people really follow.
{mate} has not had a near miss since [spring|Easter], and mine was a cat.
? The cat is fine and has been given a job title.
I decided to go on and do the second course, because it seems I like knowing why.
"""
