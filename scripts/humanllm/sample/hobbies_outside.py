"""What people write about what takes them outside or to others; `humanllm.sample.grammar` says how to read it."""

ARCS = """
# cycling
kind: hobby
about: the long rides
place: SlowCyclists
set bike: an old steel bike|a second-hand tourer|a heavy green bike|my father's racing bike
set goal: the coast|the lighthouse at Skerrin|the pass above Vell|my sister's house
set rider: Marisol|Ottokar|Fen|Big Dara
who: I ride {bike} around {town}, slowly and in all weathers.
who: I began to cycle at [thirty-nine|forty-five] after the doctor looked at my numbers.
who: I commute by bike in {town} and dream of the long road to {goal}.
advice: Eat before you are hungry and drink before you are thirsty, every rider learns it once the hard way.
advice: Raise the saddle by a finger and your knees will stop complaining, mine did within a week.
advice: Ride alone on Tuesdays and with others on Sundays, you need both kinds of quiet.
advice: A cheap bell and a friendly word cleared more paths for me than any shouting ever did.
advice: Plan the way back first, because that is the half on which the wind decides.
== I bought a bike | Eleven kilometres
I have bought {bike}, and today I rode it to work for the first time.
It is eleven kilometres, and I had to push it up the hill behind {street}.
I was embarrassed because a [postman|grandmother with shopping] overtook me and wished me a good morning.
My legs shook so much at the desk that the pens rolled.
? I arrived with a fly in my eye and felt like a hero all the same.
So I decided to do it twice a week and to take the train on the other days.
On the map above my bed I have drawn a line to {goal}, just to have it there.
== The hill | Without getting off
I rode up the hill behind {street} today without getting off.
It took me [six weeks|two months], and nobody was there to see it but a horse.
I was so proud because I had believed that there is a kind of person who can do it and that I am the other kind.
{rider}, who rides with me on Sundays, says that hills do not get smaller, one only stops arguing with them.
? I did tell the horse.
I decided to ride on instead of turning round, and on the other side there is a valley that I had never seen.
Ten years I have lived in {town}, and I did not know it had a back.
== The fall | Wet leaves
I came off the bike on wet leaves and have broken [my wrist|my collarbone].
It was nobody's fault, which is the annoying part, because I would have liked to be angry with somebody.
{rider} sat with me on the kerb and told me the whole plot of a bad film until the ambulance came.
I was afraid that I would not dare to get on again, and I lay awake about that more than about the pain.
? The bike has a scratch and looks better for it.
So I decided to walk the route to work until it heals, and to look at each of those corners on foot.
The map above my bed stays where it is.
== Back on the road | Six weeks later
I am allowed to ride again, and I was more frightened this morning than on the first day.
I was frightened because my hands remembered the leaves better than my head did.
{rider} rode in front and called out every puddle like a [bus driver|town crier].
After an hour I noticed that I was whistling.
? We stopped for cake twice, for medical reasons.
I decided to name a date for {goal}, the second weekend in June, and to tell people, so that I cannot hide.
That makes it real, and my stomach knows it already.
== We got there | {goal}
We did it, {rider} and I and {bike}: we rode all the way to {goal}.
It was [a hundred and forty|a hundred and sixty] kilometres, two punctures and one argument about a map.
At the end I did not feel like a winner, I felt quiet and very hungry.
I was moved because I thought of the postman and the pens that rolled off my desk two summers ago.
? {kin} had come by train with dry socks, and I have never loved anybody more.
So I decided to take the line off the wall and to hang up a bigger map.
The doctor looked at my numbers on Friday and asked me what I had done.

# running
kind: hobby
about: running
place: BackOfThePack
set race: the half marathon|the ten kilometres by the river|the forest run|the night run
set buddy: Noor|Casimir|my neighbour Bea|Linus from work
who: I am a slow runner from {town}, and I run by the canal before work.
who: I started to run after I had stopped smoking, because my hands needed the rest of me to go along.
who: I run three times a week in {town} with {buddy}, and we talk the whole way.
advice: If you cannot talk while you run, you are too fast, and if you can sing, it is a party.
advice: Put the shoes beside the bed, then the first decision of the day has been made already.
advice: My shins only healed when I swapped one run a week for a long walk, as dull as that sounds.
advice: Run the first half with your head and the second half with your stubbornness.
advice: Never tell yourself that you run to be thinner, it takes away all the joy by the third week.
== One lamp post | From here to there
I ran today, from one lamp post to the next, and then I had to hold on to the second one.
It is nine weeks since my last cigarette, and my hands do not know where to go.
I was ashamed because two [schoolgirls|nuns] asked whether I needed help.
{buddy} runs every morning and says that everybody starts with a lamp post.
? I ate half a jar of honey afterwards with a spoon.
So I decided to add one lamp post each time and to write the number on the calendar.
There are a hundred and twelve of them between my door and the bridge.
== To the bridge | A hundred and twelve
I have reached the bridge, all hundred and twelve lamp posts, without stopping.
{buddy} ran beside me and talked about [cheese|tax returns] so that I would not think.
I was amazed because my body did something that I had not believed, and it did it quite politely.
I stood on the bridge, looked at the water and breathed, really breathed, to the bottom.
? A man with a fishing rod said morning as if I belonged there.
So I decided to sign up for {race} in the autumn, before I could think better of it.
I have paid, so now my stinginess will carry me where my courage does not.
== My shin | Not running
My shin hurts, and the doctor has forbidden me to run for a month.
I was furious because I had finally become somebody who gets up for it.
{race} is in eleven weeks, and I can do [sums|the arithmetic] even with ice on my leg.
I snapped at {kin}, and later I noticed that I had reached for cigarettes in a jacket that I no longer own.
? It was a bad evening, I will not dress it up.
So I decided to walk the same way each morning at the same time, lamp post by lamp post.
Walking, you see the ducks, and I suppose that was the point of the injury.
== Race day | Last but four
I ran {race} yesterday and came in last but four.
It [rained|blew] from the first step to the last, and my number ran off down the road without me.
I wanted to stop at the church, and I did not, because {buddy} turned round and simply waited.
I was happy at the end because nobody in the whole world had asked me to do that, only I myself.
? The woman who hangs the medals round the necks had cold hands and said well done, love.
I decided to let the medal hang in the kitchen, where the ashtray used to stand.
My legs go down the stairs backwards today.
== A year without | Smoke
Today it is a year since my last cigarette, and I celebrated it by running to the bridge and back.
{buddy} had put a [candle|paper flag] on lamp post number one.
I was touched because I had told nobody the date, and it was known all the same.
On the way I met somebody who was holding on to the second lamp post with a red face.
I stopped and said what was said to me, that everybody starts with a lamp post.
? I think I frightened the poor man.
So I decided to offer to run with beginners on Saturdays, slowly, with talk about cheese.

# chess
kind: hobby
about: the chess club
place: ClubChess
set opening: the Caro-Kann|the London System|the French Defence|the Scotch
set rival: Dr Pettibone|a twelve-year-old called Ada|Gunnar the postman|Sister Agathe
set room: the back room of a pub|the church hall|a room above the laundry
who: I play at the chess club in {town}, in {room}, on the fourth board.
who: I am an average club player who has trusted {opening} for [six|ten] years.
who: I play chess on Wednesdays and lose to {rival} more often than I like.
advice: Write down what you were afraid of in every game, because that is worth more than the moves.
advice: Sit on your hands until you have seen what the other side wants, it sounds silly and it works.
advice: Play through one old game slowly every morning instead of twenty fast ones at night.
advice: After a defeat, shake hands first and ask what they saw, that lesson costs nothing.
advice: Learn the endings with few pieces first, since all your clever openings end there.
== Lost again | Nineteen moves
I lost to {rival} on Wednesday, in nineteen moves, and I had the white pieces.
I know what went wrong: I saw the threat, did not believe it and played on out of pride.
I was angry because I prepare for hours, and {rival} [eats crisps|knits] during the game.
? On the way home I replayed it aloud and a dog crossed the road.
I have played {opening} for years, and perhaps I only play it because I know it.
So I decided to write down every lost game, with one sentence about what I was afraid of.
The first sentence was easy: I was afraid of looking slow.
== The notebook | What I was afraid of
My notebook of lost games has twenty entries now, and it makes strange reading.
In fourteen of them I wrote that I was afraid of [a long defence|giving something back].
I was surprised because I always thought that I lost through tactics.
{rival} saw the notebook in {room} and asked whether it was a diary.
? I said yes, since there was no point in lying.
So I decided to give back the pawn next time, at once, just to see whether it hurts.
It is curious how much of a person fits on sixty-four squares.
== A draw | Half a point
I drew with {rival} last night, after four hours, and the landlord had put the chairs up.
I gave the pawn back on move twenty, as I had sworn I would, and my position could breathe.
I was calm because for once I was not busy with hiding something.
We were the last in {room}, and we [went on analysing|shared the crisps] until midnight.
{rival} said that I had become unpleasant to play against, and I walked home as if on rails.
? It is only half a point, I do know that.
I decided to put {opening} aside for the winter and to learn something that frightens me.
== Teaching the juniors | Eleven children and one clock
The club asked me to teach the juniors on Saturday mornings, as nobody else was free.
There are eleven of them, they are loud, and one has eaten a [pawn|rubber].
I was unsure because I am on the fourth board and they know it.
I showed them my notebook of fears instead of a brilliant game, and the room went silent.
? Then each of them wanted to say what they are afraid of, and it took an hour.
A small girl said that she is afraid of winning because then her brother cries.
So I decided to go on with it, and to leave the brilliant games to the people who have them.
== I won | The town championship
I beat {rival} in the town championship, with the black pieces, in fifty-one moves.
I did nothing brilliant, I defended for three hours and then the path was simply there.
I was happy because I was not afraid, or rather I was, and I wrote it down and played on.
{rival} shook my hand and asked [for the notebook|to see what I had written], and I handed it over.
? In it stood afraid of the end of this game, and that was true as well.
The juniors had come to watch, and the small girl gave me a very serious thumbs up.
I decided to go back to {opening}, since now I would be choosing it.

# birds
kind: hobby
about: watching birds
place: GardenBirders
set bird: a kingfisher|a black redstart|a hawfinch|a wryneck
set spot: the gravel pit|the reed bed behind the station|the old cemetery|the weir
set guide: Agnes|Mr Lund|a boy called Rafe|the warden
who: I watch birds at {spot} near {town}, with old binoculars and a flask.
who: I took up watching birds in {town} when I could not sleep, and I have stayed with it.
who: I keep a list of birds seen from my kitchen in {town}, and it stands at [forty-four|fifty-one].
advice: Stay in one place for an hour and let them come, most of what I have seen came on its own.
advice: Learn five songs well before you learn the sixth, and begin with those outside your window.
advice: Write down the common ones too, because one spring they may be the rare ones.
advice: Leave the big lens at home sometimes, I saw more in a month without it than in a year with it.
advice: Ask the older people on the path what used to live there, they know and nobody asks them.
== Awake at four | The dawn chorus
I could not sleep again, so at four I went down to {spot} and sat on a wall.
I was restless because my head keeps going over the same [three|two] sentences at night.
And then they began, one after another, as if somebody were switching lamps on.
I did not know the name of a single one of them, and I have lived in {town} all these years.
? An old blackbird looked at me as if I were late.
So I decided to buy a small book and to learn one voice a week.
I slept that night, for the first time in a while, with the window open.
== Somebody showed me | {guide}
At {spot} I have met {guide}, who has come there every morning for thirty years.
I asked what I was hearing, and the answer came as a [whistle|list of eleven names].
I was shy because I still hold the binoculars the wrong way round when I am tired.
We stood for an hour and spoke perhaps ten words, and it was the best talk I had all week.
? I got half of a cheese sandwich out of it as well.
I learned that {bird} used to breed here, and that nobody has seen it for [eight|twelve] years.
So I decided to look for it, though I would not know it if it sat on my hat.
== The digger | They want to build there
There is a yellow digger at {spot}, and a sign that says building land.
{guide} stood in front of it and said nothing, and that worried me more than anger would have.
I was upset because I have only just learned to see the place, and now it is to go.
I rang the town hall, and a friendly person told me that [no rare species were known there|it was all in order].
? I have never rung a town hall before in my life.
So I decided to write down everything I see there, with date and hour, every morning before work.
If nobody knows what lives there, then somebody has to say it.
== It was there | Ten to six
I have seen it, at ten to six this morning, on the third post from the left: {bird}.
I did not breathe, I think, for as long as it sat there.
I was shaking because there was nobody with me, and who would believe a beginner.
So I took [a bad photograph|a drawing and the time], and then {guide} came along the path and stopped dead.
? We did not shout, but we held each other by the sleeve.
{guide} had wet eyes, or it was the fog.
We decided to send everything to the county that same day, my list included, all ninety mornings.
== The fence | They moved the houses
The digger has gone, and around {spot} there is a low fence with a small green sign.
They are building the houses on the other side of the road, where there was only [asphalt|a car park].
I was proud because they printed two lines of my list in the report, spelling mistake and all.
{bird} has bred, and there are four young ones that look like pepper pots.
? {guide} shook my hand formally, as at a christening.
I began with this because I could not sleep, and now I get up because I do not want to miss it.
I have decided to show it to {kid}, who asked me yesterday what that song was.
"""
