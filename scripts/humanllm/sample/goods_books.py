"""The invented books of the sample's shop: title, what one calls it, two good things and one bad thing about it."""

CATEGORY = "Books"
MAIN_CATEGORY = "Books"
GOODS = """
The Patient Gardener: A Year on Heavy Clay | gardening book | gardening
The chapter on clay could have been written about my own beds.
Every month has one page and one job, so I never feel behind.
The plant names are only given in Latin in the second half.
Ten Steps Wide: Small Plots That Feed a Family | garden planner | gardening
The plans are drawn to scale and you can lay them straight on the table.
It is honest about how much a small plot can carry.
The tables in the back are printed far too small.
Soup for Monday | cookbook | cooking
There are fifty-two soups in it, and I have not met a bad one.
The shopping lists fit on half a page.
It falls open because the binding is glued and not sewn.
My Aunt's Margins: Forgotten Kitchen Notes | cookbook | cooking
The handwritten notes beside the recipes are the best part.
It explains why a thing is done and not only how.
Some measures are in cups and others in handfuls.
One Good Knife | cooking primer | cooking
The drawings of the hands are clearer than any film.
After the third chapter I could chop an onion without fear.
Half of it is about brands of knives that I will never buy.
The Slow Wheel: Touring After Forty | cycling book | cycling
It talks about fear and knees and weather, and not about medals.
The packing list saved me two kilos.
The maps are pretty and of no use at all.
Hills Do Not Get Smaller | cycling memoir | cycling
The climb in the middle of the book made me hold my breath.
The author is not ashamed of walking.
The first fifty pages could have been ten.
Late Keys: Piano for Grown Hands | piano method | piano
The exercises are short enough for a tired evening.
For once a method assumes that I have a job and stiff fingers.
The spiral is so tight that the pages do not stay open.
Twelve Easy Waltzes | book of sheet music | piano
The print is large and the fingerings are sensible.
The waltzes grow harder so gently that I hardly noticed.
Number nine has a misprint in the left hand.
From Lamp Post to Lamp Post | running book | running
It begins where I began, out of breath.
The plan leaves room for colds, children and bad days.
The photographs show people who have clearly never sweated.
The Back of the Pack | running novel | running
I laughed aloud on the train at the chapter about the last runner.
The friendship in it is told without any sugar.
The ending comes as suddenly as a kerb.
Fifty Endings for Club Players | chess book | chess
Each ending has a single idea that I can keep in my head.
The test positions come back later, so you do not forget them.
The notation is of an old kind and takes getting used to.
What Were You Afraid Of? A Notebook for Chess | chess notebook | chess
The question at the end of each page changed how I look at my defeats.
The paper takes ink without bleeding.
There is room for only forty games.
Joints Without Tears | woodworking manual | woodworking
The steps are photographed from where your own eyes would be.
It makes you cut everything in scrap first, and it is right.
The chapter on sharpening comes much too late.
The Chair Maker's Winter | book about wood | woodworking
It reads like a walk through the workshop of a quiet man.
The plan for the rocking chair in the appendix works.
There are too many poems in it for my taste.
Five Songs Before Breakfast | bird guide | birds
It teaches only a few voices at a time, and they stay.
The drawings show how a bird sits and not only its feathers.
The cover is not made for a wet pocket.
The Third Post From the Left | bird watcher's diary | birds
You can feel the cold of the early morning in it.
The notes about common birds made me look again at sparrows.
I missed an index of the places.
The First Hundred Nights | book for parents | baby
It is written in pieces so short that I could read it one-handed.
It does not scold anybody.
The part about teeth is thin.
One Line a Day: Five Years of Us | diary | baby
Five years on one page make you very calm.
The ribbon and the cloth cover have survived juice.
The lines are narrow if you have a lot to say.
A House Is a Noise | novel | moving
The house in it is drawn so well that I could find the light switch.
I knew each of those neighbours by the end.
The middle part in the law office drags on.
The Drawer With the Question Mark | memoir | mother
It finds words for things that I have only thought in the car.
The daughter in it is allowed to be angry.
I had to put it down twice, it comes that close.
Tuesdays, Supposedly | book on caring | mother
The pages about asking for help should hang in every office.
It gave me three sentences that I have used every day since.
The addresses in the back are all from another country.
Fractions Are Cake | mathematics book | exam
Everything is drawn before it is calculated.
The answers are in the back with the whole way to them.
It skips from the easy to the hard without a bridge in chapter six.
The Clock Is Not Your Enemy | study guide | exam
The advice about the first three minutes alone was worth the money.
The old papers in it are real ones.
It repeats itself a good deal.
Under the Table: Living With a Shy Dog | dog book | dog
It told me to do nothing, and it was right.
The week by week plan takes the panic out of it.
The author has a farm, and I have two rooms.
A Lawyer With Short Legs | book of dog stories | dog
The dachshund has a better character than most heroes.
The stories are the right length for a tram ride.
Two of the stories are the same story.
The Open Drawer: Getting Out of Debt on Foot | money guide | debt
It is the first book on money that did not make me feel stupid.
The squared pages in the back are meant to be used.
The examples are about larger wages than mine.
The Whole Number | novel | debt
The scene at the kitchen table is as true as anything I have read.
Nobody in it is a villain, and that is what hurts.
The typeface is unkind to tired eyes.
"""
