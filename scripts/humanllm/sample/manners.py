"""How people write, whatever they write about: eight temperaments, the seasons, and what they end with."""

TEMPERS = {
    "wry": """
open: So, this happened. | Well, here we are again. | I promised myself not to write about this.
open: A short report from the front.
think: I am told that this is called growth, and I would like a refund. | My dignity was last seen near the bus stop.
think: I have read that one should breathe, so I did that too. | Nobody has asked for my memoirs, and you can see why.
think: I do have talents, but they tend to be elsewhere on the day.
think: Fate has a sense of humour, and it is mine, annoyingly.
think: It went exactly as badly as planned. | If there is a lesson in this, it has hidden itself well.
think: I laughed, because the other thing takes longer. | I am not bitter, I am only lightly roasted.
close: More bad news as it comes in. | That is all from the department of small defeats.
close: I remain, against all evidence, hopeful.
close: Please clap quietly. | End of the bulletin. | I will see myself out.
""",
    "anxious": """
open: I do not know whether this is worth a post. | Sorry, this got long. | I have thought about this all day.
open: Is it only me?
think: I went over it in my head at least ten times. | My stomach knew it before I did.
think: I always expect the worst, and then I am tired when it does not come. | I checked the door twice because of it.
think: I wish I were somebody who shrugs. | I kept the phone beside the pillow, just in case.
think: Writing it down makes it smaller, that is why I do it. | I know that worrying is not the same as doing something.
think: For a moment I was not afraid at all, and I noticed it. | I made a list, because lists hold still.
close: Thank you for reading, really. | I hope that makes sense. | Tell me if I am overthinking it.
close: I will try to sleep now.
close: I feel a bit lighter for having said it. | Perhaps it will be fine, it often is.
""",
    "cheerful": """
open: Guess what. | You will not believe this. | What a day! | I have to tell somebody! | Hello from the kitchen table!
glad: I could have hugged the lamp post. | I sang in the kitchen until the neighbours joined in.
glad: There was cake, and I will not pretend that I had one slice. | My heart went like a drum!
glad: I grinned all the way home like an idiot. | Even the rain was in a good mood!
think: Honestly, it does not take much to please me, and I am glad of it. | My motto is tea first and tears later.
think: I love it when a thing turns out to be easier than the fear of it.
think: I told the whole queue about it, poor people.
think: There is always tomorrow, and there is always toast. | I gave myself a little speech in the lift.
think: I hummed, so that I would not think about it too much. | You have to laugh, and I did, a bit later.
close: Onwards! | Tomorrow is another day. | I am off to put the kettle on. | Hugs to all of you!
close: Who would have thought? | See you soon, with news!
""",
    "blunt": """
open: Right. | I will keep this short. | No preamble. | Straight to the point.
think: That is how it is. | I do not see the point of pretending otherwise. | It was a mess and I said so.
think: People can think what they like. | I do not do speeches. | You either turn up or you do not.
think: I said what I thought, and then I did the dishes. | Nobody else was going to do it. | It costs what it costs.
think: I have no patience for excuses, least of all my own.
close: That is all. | Done. | Take it or leave it. | Back to work. | Not much more to say. | So that is settled.
""",
    "careful": """
open: I would like to put this in order. | I have waited a few days before writing this. | Let me begin with the facts.
open: First of all, some background.
think: As far as I can tell, there were two reasons for it. | I may be wrong, and I have been wrong about this before.
think: I looked it up, and the answer is less clear than people say. | It seemed right to me to wait for a day.
think: I have tried to be fair to everyone in this. | On balance I think that it was worth it.
think: I noted down the time, as I usually do. | One should not draw conclusions from a single week.
think: I would rather be slow than sorry. | What surprised me most was how simple it looked afterwards.
close: I will report back when I know more. | Those are my findings so far. | I am open to correction.
close: More detail on request. | I will compare again in a month. | For the record, I would do it again.
""",
    "dreamy": """
open: There was a light over {town} this evening like the inside of a shell.
open: Do you know these days that have no edges?
open: I was looking out of the window for a long time. | It began with a smell, as it usually does.
think: Somewhere a door closed, and I thought of the sea. | Time went by like a cat, on its own errand.
think: I like the hour when the lamps are on and the curtains are not yet drawn.
think: It felt like a page that I had read before.
think: Everything was a little further away than usual. | I thought of my grandmother's hands and of flour.
think: The world is very loud about small things and quiet about the large ones.
think: I walked home slowly, so that it would last.
think: Perhaps nothing is ever finished, only put down. | I wanted to keep it, so I am writing it here.
close: The moon is up now, thin as a nail. | And then it was evening. | I am going to sit here a little longer.
close: Some things are enough. | The kettle is singing, so I shall stop. | Good night, wherever you are.
""",
    "motherly": """
open: My dears, a little news. | Sit down, I have made tea. | You asked how it goes, so here it is.
open: A few lines before bed.
think: One has to eat something first, then one can think. | I sent everybody home with a jar of something.
think: They are all somebody's children, I keep telling myself. | You cannot pour from an empty jug, as we say here.
think: I put an extra blanket out, you never know.
think: It does a heart good to be needed, but it does a back no good at all.
think: I remember when I was that young and that certain. | A kind word is never wasted, even on me.
think: I have learned to ask twice, because the first answer is always fine. | We managed, as one does.
close: Look after yourselves. | Wear a scarf. | Write to me if you need anything. | I think of you all.
close: And now to bed with you. | There is soup if anybody wants it.
""",
    "restless": """
open: Okay, quick one. | I am writing this on the stairs. | So much to do, but first this. | Another week, another plan.
think: I cannot sit still, I never could. | By then I already had three new ideas and no pencil.
think: I started two other things in the meantime, of course. | Waiting is the only sport that I am really bad at.
think: I drank too much coffee and cleaned the window. | I need a project or I become a problem.
think: Why does everybody else seem to have more hours? | I talked too fast again, I could hear it.
think: Halfway through I wanted to change everything, and for once I did not.
think: I walked up and down until the floor complained.
close: On to the next thing. | Have to run. | More tomorrow, or in an hour. | Let us see how long I last.
close: I already have a list. | And now, where did I put my keys?
""",
}

SEASONS = {
    "winter": """
It was dark again at four. | There was ice on the inside of the window this morning. | The snow makes {town} quiet.
I have worn the same thick jumper since Sunday. | The buses are late because of the frost.
My breath stood in the hall.
""",
    "spring": """
The first warm day, and everybody on {street} is washing something. | It smells of wet earth everywhere.
The blackbird is back on the roof opposite. | I left the coat at home and regretted it by noon.
The chestnut by the station has its candles on. | It rained and shone at the same time today.
""",
    "summer": """
It is so hot that the tar on {street} is soft. | I write this with my feet in a bucket of water.
The swifts scream round the tower until ten at night. | We have eaten outside all week.
There was a thunderstorm in the night that shook the glasses. | Half of {town} is away, and I like it like this.
""",
    "autumn": """
The leaves are coming down on {street} faster than anybody can sweep. | The first fog of the year today.
I have put the heating on, there, I have said it. | It gets dark before I am home now.
The whole house smells of apples. | The geese went over {town} this morning.
""",
}

DETAILS = """
{kin} thinks that I should have done it long ago. | I told {friend} about it and got a long look.
{pet} slept through all of it.
{kid} asked why, and I had no good answer. | Afterwards I walked down {street} twice, just to walk.
{friend} says that I worry in circles and should try a straight line. | I wrote it on the calendar, in pencil.
{kin} rang in the middle of it, and I let it ring. | I had {food} for dinner, standing at the window.
{friend} brought {food} over and did not ask anything, which was perfect.
{pet} has an opinion on this too, and it is loud.
I made {food}, because that is what I do when I cannot think. | {kid} drew a picture of it, in which I am very tall.
I sat on the steps on {street} until it got cold. | {kin} would have handled it better, and I told her so.
"""

CONTACTS = """
If anybody near {town} has one to lend, write to me at {mail}, I would be very glad.
Somebody asked for the recipe, so just send a line to {mail} and I will type it up.
My number is still {phone}, for those of you who lost it when the phone drowned.
If you find a grey glove on {street}, please ring {phone}, it is my left one.
"""

LINKS = """
There is a good explanation here, if you want to read more: {link}
I learned most of it from this page, {link} and from doing it wrong.
The photographs are at {link} as always, and they are all a little crooked.
"""
