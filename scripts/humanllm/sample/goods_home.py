"""The invented household goods of the sample's shop, in the same form as the books."""

CATEGORY = "Home_and_Kitchen"
MAIN_CATEGORY = "Amazon Home"
GOODS = """
Kettlewick Enamel Stock Pot, 9 Litres, Cream | stock pot | cooking
It heats evenly right up to the rim.
The lid sits so well that nothing boils over.
The handles get hot, so keep a cloth at hand.
Brindle Carbon Steel Frying Pan, 26 cm | frying pan | cooking
After a month of use eggs slide about in it like skaters.
It goes from the flame to the oven without fuss.
It came with a coat of wax that took an hour to get off.
Oddfellow Bread Proving Baskets, Set of 3 | set of proving baskets | cooking
The dough comes out clean if you flour it well.
The pattern on the loaf looks as if I knew what I was doing.
One of the three was slightly crooked.
Marrow & Pine Chopping Board, End Grain | chopping board | cooking
It is so heavy that it does not wander about.
The knife stays sharp on it for longer.
It wants oil more often than they admit.
Lumm Blackout Curtains, Two Panels, Charcoal | pair of curtains | work
I can sleep at noon as if it were midnight.
They keep out the cold of the window as well.
They arrived with creases that no iron will remove.
Quietbell Sunrise Alarm Clock | alarm clock | work
It wakes me with light and not with a shock.
The buttons can be found in the dark.
The radio on it sounds like a wasp in a tin.
Halfmoon Insulated Flask, 750 ml, Moss | flask | birds
The tea is still hot after a whole shift.
It has been dropped twice and only has a dent.
The cup is too small for my fingers.
Tarn & Tallow Wool Blanket, Grey Check | wool blanket | mother
It is warm without being heavy.
It smells faintly of sheep, and I like that.
It sheds on dark trousers for the first weeks.
Pebbledash Ceramic Plant Pots, Set of 4 | set of plant pots | gardening
The saucers really hold the water.
The colours are softer than in the picture, and better.
Two of them had no hole in the bottom.
Wren Hill Folding Kneeler for Garden and Floor | kneeler | gardening
My knees have thanked me every Sunday.
Turned over it makes a decent little bench.
The pocket for tools came off in the second week.
Stillwater Drying Rack, Wall Mounted | drying rack | moving
It folds away so flat that one forgets it.
It carries wet sheets without bending.
The screws that come with it are a joke.
Ploverfield Roof Leak Buckets, Stackable, Set of 5 | set of buckets | moving
They stack so neatly that five take the room of one.
The spout makes emptying them almost pleasant.
The handle pinches when they are full.
Hobbart Label Maker With Picture Stamps | label maker | mother
Even the small pictures print sharp and clear.
It needs no telephone and no account, only batteries.
The tape is dear for what it is.
Lanternfish Night Light, Warm White | night light | baby
It is just bright enough to find the dummy.
It switches itself off when the day begins.
The plug sticks out a long way.
Softshoe Stair Gate, No Drilling | stair gate | baby
It was up in ten minutes, without a drill.
It closes behind you when you have both hands full.
The first click in the morning wakes the whole house.
Bumblewell Bottle Warmer | bottle warmer | baby
It is quick, and quick is what counts at four o'clock.
It never gets too hot, I have measured it.
The light on it is bright enough to land planes.
Moorland Dog Bed, Washable Cover, Large | dog bed | dog
The cover survives the machine again and again.
The edge is high, so a shy animal feels hidden.
The filling moved into one corner after a month.
Pawsley Feeding Mat, Non Slip | feeding mat | dog
Nothing wanders across the kitchen any more.
It wipes clean with one stroke.
It smelled of rubber for the first week.
Tincture Desk Lamp, Brass Arm | desk lamp | exam
The light falls on the book and not into my eyes.
It stays where you put it, even at a silly angle.
The switch is on the cord, of all places.
Chickadee Kitchen Timer, Mechanical | kitchen timer | exam
It ticks in a friendly way and rings like a bicycle.
No batteries and no menu, you just turn it.
Below three minutes it is only guessing.
Squarely Ruled Household Ledger, 200 Pages | household ledger | debt
The columns are where you need them.
The paper is thick enough for a fountain pen.
It does not lie flat until page thirty.
Cobblestone Boot Care Kit | boot care kit | debt
My old boots look like new ones with stories.
There is enough wax in it for years.
The brush loses hairs.
Ironwick Bench Hook and Mallet Set | bench hook | woodworking
It has made my sawing straight, at last.
The mallet lies well in the hand.
The hook was not quite square, so I had to plane it.
Linseed & Co Wood Oil, 500 ml | wood oil | woodworking
It brings out the grain without making it yellow.
Two coats were enough for a whole table.
The tin cannot be closed once you have opened it.
Handlebar Tea Towels, Linen, Set of 3 | set of tea towels | cycling
They dry glasses without leaving fluff.
They get softer with each wash.
The red one lost colour and now I own pink socks.
Tailwind Wall Hook for One Bicycle | wall hook | cycling
It holds a heavy bike and does not complain.
It leaves no marks on the frame.
You need a stone wall for it, mine needed a board.
Fernley Foot Bath, Foldable | foot bath | running
After a long run it is the best seat in the house.
Folded up it is as flat as a tray.
It takes ages to fill with a jug.
Rookery Felt Pads and Board Cloth | board cloth | chess
The pieces glide and do not clatter at midnight.
It rolls up and comes along in a coat pocket.
The edges began to fray after a while.
Hushly Piano Lamp and Headphone Stand | piano lamp | piano
It lights the whole sheet evenly, without shadows.
The headphones finally have a place of their own.
The base is wider than my music stand allows.
Marlpit Rain Gauge for Balcony and Bed | rain gauge | gardening
The numbers can be read from the kitchen.
It has survived two frosts.
The spike bends in stony ground.
"""
