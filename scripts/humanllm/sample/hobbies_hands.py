"""What people write about what they do with their hands; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# gardening
kind: hobby
about: the allotment
place: AskGarden
set plant: tomatoes|runner beans|pumpkins|sweet peas
set pest: slugs|pigeons|blackfly|a very calm rabbit
set neighbour: Mr Oakes|Wilhelmina|the twins next door|old Ferris
who: I have an allotment by the railway in {town}, ten steps wide and thirty long.
who: I have gardened on heavy clay in {town} for [three|five] years and lost to it in most of them.
who: I grow {plant} in {town}, badly at first and a little better each summer.
advice: Water less often and for longer, because the roots follow the water down.
advice: I lost two years to impatience before I learned to wait until the soil feels warm on the wrist.
advice: Go out with a torch at ten in the evening and you will see at last who eats your {plant}.
advice: Cardboard under the mulch did more for my clay than all the digging of three winters.
advice: Plant half of what you planned and look after it twice as well, that is what I tell myself every March.
== Clay | Starting on bad soil
I have taken over an allotment by the railway, and the soil is clay that you could make cups from.
My neighbour there, {neighbour}, watched me dig for an hour and then said that I was doing it wrong.
I was embarrassed because I had bought a new spade and told everybody about it.
[It rained for two days|It froze that night], and now the beds look like a street after a parade.
? The kettle in the shed works, so at least I can be wrong in comfort.
So I decided to leave the digging, lay cardboard over everything and wait until spring.
Waiting is not what I am good at, and perhaps that is why I wanted a garden.
== Something eats my seedlings | They were all here yesterday
I had forty small {plant} in the bed on Friday, and today I have [nine|eleven].
It was {pest}, {neighbour} says, and shows me the traces like a detective.
I felt ridiculous because I was really sad about thirty plants the size of a thumbnail.
I do not want to put poison down, since {kid} eats everything that grows there straight from the ground.
? I went out at night with a torch and a raincoat over my pyjamas.
So I decided to sow a second lot indoors on the window sill and to plant them out when they are strong.
If that fails too, I will grow stones, for which I seem to have a talent.
== The first harvest | One bowl
I carried home the first bowl of the year from the allotment today.
The second sowing of {plant} has survived {pest}, the hail and my good advice.
I was so happy because I had decided in May that I was simply not a person who can grow things.
{neighbour} looked over the fence and said [not bad|well, well], which is a speech by local standards.
? We ate at once, standing in the kitchen, with salt and nothing else.
The cardboard has gone, and under it the clay breaks in the hand like cake.
I decided to keep a garden diary, so that next year I know what I only think I will remember.
== Rows for next year | Winter on paper
There is snow on the allotment, so I garden on paper with three colours.
Last year I wanted everything at once, and this time I have drawn only four beds.
I was torn because the seed catalogue has a page with [eighteen|twenty] kinds of {plant} and I want them all.
{neighbour} is in hospital with a hip, and I have promised to look after the plot over the fence.
? That makes sixty steps of clay instead of thirty, and I can count.
So I decided to grow the same on both sides, so that nothing looks forgotten when the old place is visited again.
I have never planned for another person's spring before.
== The prize | The show in the village hall
My {plant} won the second prize at the garden show in {town}.
The first prize went to {neighbour}, for what I had grown on the other side of the fence.
I laughed until I had to sit down, because in truth those were the better ones.
The hip has healed, and we drank tea from the shed in the sun like two landowners.
? Even {pest} had left us a tenth, as in the Bible.
Three years ago I could not tell seedlings from weeds, and now somebody asked me for advice.
I decided to say the only thing I know for certain: cardboard, patience and a neighbour.

# cooking
kind: hobby
about: learning to cook
place: HomeCooks
set dish: lentil soup|fish stew|dumplings|mushroom risotto
set book: my grandmother's notebook|a stained book from the flea market|a box of recipe cards
set guest: my father-in-law|my oldest friend|the whole chess club|a colleague from Genoa
who: I learned to cook at [thirty-eight|forty-one|forty-four], out of {book}.
who: I cook every evening now, mostly {dish}, in a kitchen in {town} that is two steps long.
who: I live in {town} and am slowly cooking my way through {book}.
advice: Salt a little at every step instead of a lot at the end, it changed my {dish} completely.
advice: Read the whole recipe while the kettle boils, because the trap is always in the last line.
advice: Buy one good knife and learn to sharpen it before you buy a second one.
advice: Taste it cold, taste it hot, and write both down, that is how I found out what was missing.
advice: Cook the same dish four Sundays in a row, and by the fourth you own it.
== I cannot cook | Toast again
I am a grown person and I have eaten toast for dinner four times this week.
Today I opened {book} for the first time in years and could not read half of the words.
I was ashamed because {kid} asked [what blanching means|why other people have soup] and I made something up.
? The smoke alarm knows me better than some of my relatives do.
The first page is {dish}, so I decided to begin there and to make it every Sunday until it works.
I bought onions, which felt like a big step for a small bag.
If nobody hears from me next week, please look under the cupboard with the pots.
== Fourth Sunday | It tastes like something
This was the fourth Sunday of {dish}, and for the first time somebody took more.
The first was burned, the second was salty, and the third tasted of nothing at all.
I was excited because I found out by myself what was missing, and it was [time|an acid].
{book} only says until it is right, and I used to think that was a joke.
? {kin} wiped the plate with bread and looked surprised at it.
So I decided to go on to page two, where something has to be folded.
I write everything in the margin now, with the date, beside the old handwriting.
== The dinner | Guests
I invited {guest} to dinner, and I have not been so nervous since my driving test.
I was nervous because I had cooked {dish} eleven times but never for somebody who would be polite about it.
At six the [oven|gas] went out, and at half past six I sat on the kitchen floor and laughed.
We finished it on the camping stove, on the balcony, in coats.
{guest} asked for a second plate and then for the recipe, and I showed the stained page.
? Nobody mentioned the napkins, which were towels.
I decided that from now on I will cook for other people at least once a month.
== My hands know it | Without the book
Yesterday I made {dish} without looking at {book} even once.
I only noticed when I wanted to put it away and it was not on the table.
I was moved because my grandmother cooked like that, and I used to think it was magic.
It is not magic, it is just [forty Sundays|fifty onions a month] and a burned thumb.
? {pet} now comes to the kitchen at five and sits where things fall.
So I decided to write my own page, for the first dish that is really mine.
It has no name yet, and {kid} calls it the brown one.
== Cooking for sixty | The street party
They asked me to cook for the party on {street}, and I said yes before I had heard the number.
Sixty people is a lot of {dish}, about as much as fits into two baby baths.
I was frightened because one cannot simply multiply salt, and nobody could tell me why.
I went to bed at three, got up at six, and at noon [there was a queue|the first pot was empty].
? An old man cried a little and said that it tasted of a kitchen that no longer exists.
A year ago I ate toast over the sink, and I keep telling that to everybody.
I have decided to copy {book} out by hand, margins included, so that {kid} has one too.

# woodworking
kind: hobby
about: the workshop
place: HandTools
set piece: a rocking chair|a cradle|a writing desk|a chest with drawers
set wood: cherry|ash|oak|pear wood
set teacher: Hartwig|Mrs Delphine Moss|an old boat builder|Uncle Bram
who: I build furniture by hand in a garage in {town}, after work and slowly.
who: I have a bench, four planes and too much {wood} in a cellar in {town}.
who: I am a beginner with wood, and {teacher} lends me tools and opinions.
advice: Sharpen before you start and not when it hurts, my cuts got straight the week I understood that.
advice: Make the joint once in scrap, every time, even when you have made it fifty times.
advice: Put the plan away for a day after you have drawn it, because the mistake shows itself overnight.
advice: Leave the wood in the room where it will live for a month, or it will teach you in winter.
advice: I glue in the morning, never in the evening, since tired hands put clamps where they like.
== A plank of cherry | The first real wood
I bought a plank of real {wood} today, and it cost more than my shoes.
I want to build {piece}, and so far I have built a birdhouse that the birds avoid.
I was nervous because {teacher} watched me make the first cut and breathed in through the nose.
The saw ran off the line by [a finger|two fingers], and there is only so much plank.
? The smell was worth the money, I have to say.
So I decided to put the {wood} away and to practise on pallets until I can cut to a line.
It hangs above my bench now and looks at me.
== Forty joints | Practice
I have made forty joints out of old pallets, and thirty-eight of them are firewood.
{teacher} says that the hands must get bored before they get good.
I was discouraged because number thirty was worse than number three.
Then I found out that my chisel was [round at the tip|blunt], and all at once it went like butter.
? I cut my thumb as well, just a little, but with real feeling.
So I decided to sharpen every Sunday evening, whether I need it or not.
Numbers thirty-nine and forty sit on the shelf, and I move them about like chess pieces.
== The cut | Taking the wood down
Today I took the {wood} down from the wall and began {piece}.
I was calm because I had made every joint twice in scrap before, and that was new for me.
The first part fits so well that one hears it close.
{teacher} came by, pushed it in and out [three|five] times and said nothing for a while.
? {kin} asked whether it was finished, and I explained that it was a leg.
I decided not to hurry, even if it takes until next winter.
It is the first thing in years that I do not want to be over.
== Split | It cracked
I came into the workshop this morning and there was a crack in the {wood} as long as my hand.
I was heartbroken because it was my own fault: I had stood {piece} next to the heater.
I did what one does, I swept the floor, I sorted the screws, I made tea.
Then {teacher} showed me how to set a butterfly across the crack so that it cannot run on.
? I practised it in scrap first, so I did learn something last spring.
Now the repair is the finest part of the whole thing.
So I decided to leave it visible, in a darker wood, like a stitched sleeve.
== Finished | It stands in the room
It is finished: {piece}, made of {wood}, with one crack and one butterfly.
I carried it into the house with {kin}, and we walked round it like cats.
I was happy and a little empty because I do not know what my hands should do tomorrow.
{teacher} sat down beside it, drank a glass and said that the next one will be faster, but not better.
? I looked for the birdhouse as well, and this year somebody lives in it.
I have decided to give {piece} to {friend}, whose child will be born in [May|August].
On the wall above my bench hangs a new plank, and it is already looking at me.

# piano
kind: hobby
about: the piano lessons
place: LatePianists
set song: a slow waltz|a small prelude|an old lullaby|a sad tango
set tutor: Ms Orlova-Finch|Mr Tamsin|a student called Jonas|Mrs Vesper
set key: an upright piano with two dead keys|an electric piano on an ironing board|my aunt's old piano
who: I started to learn the piano at [forty|forty-six|fifty-one], on {key}.
who: I practise every evening in {town} with headphones, so that only I have to suffer.
who: I take a piano lesson every Thursday with {tutor}.
advice: Play it so slowly that it bores you, and then one step slower, that was what my teacher taught me.
advice: Ten minutes every day beat two hours on Sunday, I have tested both on my poor neighbours.
advice: Learn the last bar first, because then you always play towards something that you know.
advice: Record yourself once a month and never listen twice, the difference over a year is enormous.
advice: When it gets worse, stop and sleep, for the fingers seem to sort it out at night.
== The first lesson | Ten thumbs
I had my first piano lesson today, and I have discovered that my hands do not know each other.
{tutor} asked why I had come, and I said because of {song} that I heard through a wall once.
I was embarrassed because the pupil before me was [eight|nine] and played with crossed arms, nearly.
At home I have {key}, so nobody can say that it is the instrument's fault, except that it is.
? My left hand copies the right one like a bored student.
So I decided to practise ten minutes every evening before I am allowed to sit down on the sofa.
One song, that is all I want, and I have given myself two years for it.
== Both hands | Something clicked
Something happened last night at the piano: both hands played, and they played different things.
It lasted for [four|six] bars, and then I noticed it and fell out of it like out of a boat.
I was thrilled because for weeks I had felt nothing but stupid.
{tutor} says that this is what learning feels like, long and flat with stairs in it.
? {pet} left the room anyway.
I rang {friend} to tell about it, and I could hear the eyebrows through the phone.
So I decided to stay with the four bars for a whole week and not to be greedy.
== I wanted to give up | A bad month
I have not touched the piano for three weeks, and I want to be honest about why.
I heard a child in the music shop play {song} without looking, and something in me closed.
I was jealous because I will never have those thirty years, and there is no exercise for that.
{tutor} did not scold me and asked me only to come and [listen|turn pages].
So I sat for an hour and listened to somebody else's mistakes, and they were beautiful, really.
? On the way home I hummed in the tram and a man moved seats.
I decided to go on, but without the two years, just with tomorrow.
== The recital | In front of people
{tutor} gives a recital every year, and this time my name was on the sheet, between two children.
I was so nervous because my right knee shook and the pedal shook with it.
I played {song}, slowly, with two wrong notes and one that was better than written.
When I stood up I saw {kin} in the third row with [a handkerchief|both hands over the mouth].
? The girl after me whispered that it gets easier when you are ten.
I had thought I wanted to play it well, and in truth I wanted to have played it.
So I decided that next year I will play something with more than one page.
== Through the wall | Somebody listened
I met the new neighbour on the stairs, and he asked who plays {song} in the evening.
I began to apologise, because I thought of the hours and the thin walls.
He said that his wife is ill and sleeps better since it comes through the wall at nine.
I was speechless because that is exactly how I heard it first, years ago and through another wall.
? I have taken the headphones off since then, and I tuned the worst of {key}.
I told {tutor}, who turned to the window and looked for a [pencil|score] for rather a long time.
I have decided to play it at nine every evening, whether I feel like it or not.
"""
