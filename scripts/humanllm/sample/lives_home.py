"""What people write about home and family; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# baby
kind: life
about: the new baby
place: NewParents
set baby: little Ivo|our daughter Thea|our son Milan|baby Wren
who: {partner} and I have a baby, {baby}, and we have not finished a sentence since.
who: I am a new parent in {town}, which means that I write this with one hand.
who: We live in two rooms on {street}, {partner}, {baby} and I.
advice: Sleep in shifts and not together, it is less romantic and it saves you both.
advice: Let people help in the way they offer, even if the dishes end up in the wrong cupboard.
advice: Nobody told me that love can take three months to arrive, and it was fine when it did.
advice: Write one line a day, because you will remember none of it and later want all of it.
advice: Go out once a day with the pram, even in rain, the walls are worse than the weather.
== Three weeks | Nobody sleeps
{baby} is three weeks old, and I have forgotten what day it is.
I love this child and I am so tired that I put [my keys in the fridge|salt in the coffee].
I was scared last night because I did not feel happy, I only felt awake.
{partner} said that it was the same on the other side of the bed, and we both cried with relief.
? The washing machine has not stopped since Tuesday and has begun to sound like a relative.
So we decided to sleep in shifts, from nine to two and from two to seven.
Today I slept for five hours and could have embraced the postman.
== The laugh | The first laugh
{baby} laughed today, at a [wooden spoon|sock].
I did it again and again like a bad comedian, and each time that laugh came, from deep down.
I was overwhelmed because for weeks I had only worked, and now somebody was there.
I rang {partner} at work, and we listened to it together on the phone without saying anything.
? My arms hurt and the soup has burned on.
Everybody says that it goes so fast, and I used to think that they had never met four in the morning.
So I decided to write one line a day into the green notebook, and today's line is the spoon.
== Going back to work | The morning I left
I went back to work today, and {baby} waved, though it was probably the [light|wind].
On the way I had to stop twice because I was sure that I had forgotten something.
I was sad because I had looked forward to it for weeks, to talking to adults, to coffee that stays hot.
At lunch I looked at photographs in the stairwell like a spy.
? A colleague asked what was new, and I showed her forty pictures.
{partner} stays at home for half a year now, and we tell each other things at the door like two guards.
I decided to come home by the early tram on Wednesdays and to let nobody book that hour.
== The fever | A night in the hospital
{baby} had a fever of forty, and we spent the night in the children's ward in {town}.
I have never been so frightened because there was nothing to do but hold that hot small hand.
The nurse came every [half hour|hour] and spoke so quietly that I began to breathe again.
At five the fever went down, and {partner} fell asleep on a plastic chair with open eyes, I swear.
? I ate a machine sandwich and it was the best meal of the year.
It was only a virus, they said, and only is a very big word at that hour.
So I decided to bake the ward a cake, or rather to buy one, let us be realistic.
== One year | A candle and a step
{baby} is one year old, and took a step today, from the table towards the cake.
I read the green notebook in one go last night, three hundred and some lines.
I had forgotten nearly all of it, the spoon, the shifts, the plastic chair.
I was grateful because the person who wrote on the first pages sounds so lost, and I wanted to tell them to wait.
? {kin} brought a drum as a present, and we shall remember that.
{partner} and I sat on the kitchen floor afterwards among the crumbs and finished a whole sentence.
We have decided to keep the notebook going, though it may become one line a week.

# moving
kind: life
about: moving house
place: MovingHouse
set old: the flat above the butcher's|the house with the crooked stairs|two rooms by the station
set new: a small house with a leaking roof|a flat on the fourth floor|half a farmhouse
who: We are moving from {old} to {new}, all within {town}.
who: {partner} and I live in {town} between boxes at the moment.
who: After [eleven|fourteen] years in {old} I had to learn to live somewhere else.
advice: Pack one box that holds kettle, sheets and a lamp, and do not let it out of your sight.
advice: Take a photograph of every meter and every wall on the first day, you will need it.
advice: Do not buy anything for the new place for a month, because it will tell you what it wants.
advice: Give the books away before you carry them, not after, my back has asked me to say so.
advice: Ring the neighbours' bells in the first week, in the second it is already strange.
== The notice | We have to leave
Our landlord is selling, so we must be out of {old} by the end of [September|March].
I read the letter standing in the hall, and then I read it to {partner}, and then we had toast.
I was angry because we painted every wall of this place ourselves, and one of them twice.
There is a pencil mark on the door frame for every birthday of {kid}.
? The landlord wrote kind regards, and I thought about those for a while.
So I decided to look at three places a week and not to fall in love with any of them.
I give myself until Sunday to be sad, and from Monday on I will make lists.
== Too dear, too dark, too late | Viewings
We have seen fourteen places by now, and I can smell damp through a closed door.
One had a shower in the kitchen, one had no kitchen, and one had [forty people on the stairs|a goose].
I was desperate because we had found something good, and it went to a couple who offered a year in advance.
{partner} holds my hand at viewings, so that we look like nice people, and because we need it.
? {kid} has begun to draw houses with a question mark on the roof.
Yesterday we saw {new}, and nobody else had come, because the advert had no picture.
So we decided to say yes on the spot, roof and all, before we could add it up.
== Boxes | Forty-one boxes and a door
We have moved, in one day, with [six|seven] friends, a borrowed van and forty-one boxes.
The last thing I did in {old} was to unscrew the door frame with the pencil marks and to take it along.
I was sad because the empty rooms sounded like a railway station.
In {new} it rained through the roof into the pot that we had ready, in time to the radio.
? We could not find the kettle and drank tea out of measuring jugs, heated in a pan.
{friend} carried the sofa up alone, out of spite, and has not been able to turn left since.
I decided to unpack one box a day and not a single one more.
== The roof | It drips in four places
It drips into four pots in {new}, and by now we can tell them apart in the dark.
The roofer came, sucked his teeth and wrote a number on the back of a [leaflet|biscuit packet].
I was afraid because the number was higher than what we have, and winter does not negotiate.
? {kid} thinks that all houses have music at night.
Then the neighbour came over, a retired slater, and asked whether he might have a look, out of boredom.
We spent three weekends up there, he and {partner} and I, with tea in a bucket on a rope.
So we decided to pay him in dinners for the rest of his life, and he has asked what is on the list.
== The pencil marks | It is home now
I screwed the old door frame to the wall of {new} today, right by the stairs.
{kid} stood against it at once and had grown by [two fingers|three fingers] since the move.
I was happy because I noticed that I had said home all week and meant this one.
The roof is dry, the last box turned out to be empty, and we know four neighbours by their cough.
? We still have not found the good kettle, and I suspect {friend}.
A year ago I stood in that hall with the letter and could imagine nothing at all.
I have decided to send the old landlord a postcard, with kind regards.

# mother
kind: life
about: looking after my mother
place: CaringForParents
set illness: dementia|a stroke|bad eyes and worse knees
set town2: the village|the next town|the house where I grew up
who: I look after my mother, who has {illness} and her own opinion.
who: My mother lives in {town2}, and I drive there [three|four] times a week after work.
who: I am [forty-seven|fifty-two] and I care for my mother together with my brother, on paper.
advice: Ask for the carer's hour the council owes you, I waited a year because I was too proud.
advice: Do not correct every sentence, it does not matter whether it is Tuesday if the coffee is warm.
advice: Write a list of what the others can do and let each of them choose, rather than waiting to be asked.
advice: Keep one thing that is only yours, even if it is twenty minutes in the car with the radio.
advice: Put labels with drawings on the drawers, it gave my mother half a year of independence.
== The stove | She left it on
My mother left the stove on yesterday, and a neighbour smelled it in time.
She said that it was the cat, and she has not had a cat since I was twelve.
I was frightened because on the phone she sounds as she always did.
My brother thinks I exaggerate, but he lives [four|six] hours away and speaks to her on Sundays.
? There were nine opened jars of mustard in the fridge.
So I decided to go by after work, every second day to begin with, and to call it having tea.
She likes to be visited, and she would hate to be checked.
== Tuesday, supposedly | She did not know me
For a moment yesterday my mother did not know who I was.
She was polite, she offered me a chair and asked whether [I had come far|the roads were icy].
I was hurt because I could see that she was trying to make a stranger feel at home.
Then I put her coffee down, the way she takes it, and she said my name and that I looked thin.
? I sat in the car afterwards until the windows were steamed up.
I looked up what {illness} does to a person, and then I stopped reading, for it does not help.
So I decided to let Tuesday be whatever day she wants.
== The drawers | Labels
I have put labels on all the drawers in my mother's kitchen, with drawings, because letters tire her.
A spoon, a cup, a [hammer|comb], and on one a question mark, for the drawer that every house has.
She laughed at my spoon and said that I never could draw, and that was a good hour.
I was glad because she made her own tea today and served me, as a hostess does.
? The question mark drawer contained my first tooth, in foil.
{kin} comes along on Sundays now and peels potatoes with her, and they sing.
So I decided to ask the council for help, a thing that I had sworn I would never do.
== My brother came | Two weeks
My brother took two weeks off and stayed with our mother, so that I could sleep.
On the third evening he rang me and said that he [had not known|was sorry], and then he was quiet.
I was relieved because I had been angry for a year, and all at once I only wanted somebody to share it with.
He has found out that she sings every verse of songs of which we both know only the first.
? He also found the tenth jar of mustard.
I spent four days by a lake, slept for two of them and read a whole book on the other two.
We have decided that he comes every sixth week, and it is written in both calendars, in ink.
== The garden bench | A good day
My mother has moved into the home at the end of [the park|her own street], and I had dreaded it for months.
I was ashamed because I had promised her once, years ago, that I would never do that.
But she has a room with a bench outside, and she shows it to everybody as if she had built it.
I took the drawers' labels along, and the carers have left them up.
? On the question mark drawer she has written something herself, and nobody can read it.
When I visit now I am not tired, so I can just sit, and she tells me who I am.
So I decided to forgive myself for the promise, and on most days that works.
"""
