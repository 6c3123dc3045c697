"""What reviewers add of themselves to what a thing is like: why they bought it, what they felt, what they did next."""

BOUGHT = """
I bought this {noun} for myself after [a long month|a hard winter], and I do not treat myself often.
My old {noun} gave up last week, so I needed a new one in a hurry.
{kin} gave me a voucher, and I spent it on this {noun} before I could be sensible.
I ordered this {noun} late at night, when I could not sleep.
This was meant as a present for {kin}, and in the end I kept it.
I had looked at this {noun} for [months|half a year] before I dared to order it.
{friend} would not stop talking about this {noun}, so I gave in.
We needed a {noun} for the flat in {town}, and this was the one that was left.
I bought it with the money from [my first extra shift|the tin in the kitchen].
I never thought that I would write a review of a {noun}, but here we are.
I got this {noun} because the one from the market lasted exactly one summer.
I wanted a {noun} that would be there in ten years, and I read every review.
{kid} picked this {noun} out, mostly for the picture on it.
I am on my second {noun} of this kind, so I know what I am talking about.
"""

GLAD = """
I was happy with it from the first day because it simply does what it says.
I was surprised because I had bought it on a whim and now use it daily.
I was touched because {kin} noticed the difference before I said anything.
I felt silly because I had waited so long to get one.
I was relieved because I could not have afforded a mistake this month.
I am proud of it because I saved for it, cent by cent.
I was calm again because the evening was rescued by such a small thing.
I feel looked after because somebody has obviously thought about people like me.
I was sceptical because others like it have let me down before, but not this one.
I was delighted because it arrived in {town} a whole week early.
"""

DOUBTFUL = """
I was a little disappointed because I had expected more for the price.
I was annoyed at first because the parcel was torn, but nothing was broken.
I am in two minds because half of it is lovely and the other half is not.
I was impatient because it took two weeks to reach {town}, and then this.
I was cross because the picture promised something else.
I feel a bit guilty because it was dear and I do not use it much.
"""

NEXT_GLAD = """
So I decided to order a second one for {kin}.
I have decided to use it through the winter, and I will add a line here in spring.
I decided to tell {friend}, who has been looking for one for ages.
So I put it where I can see it each morning.
I have decided not to look at any others for a while.
I will not part with it, whatever {friend} says.
I decided to use it every day for a month before writing this, and this is day thirty-one.
So I decided to get rid of the two that I had before.
I decided to write to the maker and say thank you, and they answered kindly.
"""

NEXT_DOUBTFUL = """
So I decided to keep it, in spite of that, and to lower my hopes.
I decided to send it back once, and then I missed it and ordered it again.
So I decided to give it to {friend}, who needs it more, and to look for another one.
I will try a different kind next time.
I decided to write to the maker about it, and they answered kindly.
So I decided to knock a star off and to leave it at that.
"""

WHO = {
    "nurse": "I work nights as a nurse, so small comforts count.",
    "baker": "I am a baker and get up at two, so I am strict with things that fail.",
    "driver": "I drive a bus all day and like things that are made to last.",
    "teacher": "I teach at a primary school, and everything I own has to survive children.",
    "helpdesk": "I work on a help desk, so I read manuals for fun.",
    "librarian": "I am a librarian and handle things with clean hands and high standards.",
    "warehouse": "I lead a shift in a warehouse and see how badly most things are packed.",
}

TITLES = {
    5: "Exactly what I needed | I would buy it again | A quiet joy | Worth every cent | Better than I hoped | A keeper",
    4: "Very good, with one small thing | Nearly perfect | Good and honest | I like it, mostly | Four stars",
    3: "It has two sides | Fine, but | Not quite | Good idea, middling work | I am in two minds",
    2: "I expected more | Not for me | A pity | It could have been lovely",
}
