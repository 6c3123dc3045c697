"""The stories of the sample's ToMBench: {file: (questions, for how many pairs of names each is told)}.

A block: ability, story, question, options with the right one first (`=` keeps their order).
"""

FILES = {
    "False Belief Task": (
        """
Belief: Location false beliefs
{name} and {other} are in the kitchen. {name} puts the {thing} into the {first} and goes out. While {name} is \
away, {other} moves the {thing} from the {first} to the {second}. {name} comes back.
Where does {name} look for the {thing} first?
In the {first} | In the {second} | In the {third} | In the {fourth}

Belief: Location false beliefs
{name} and {other} are in the kitchen. {name} puts the {thing} into the {first} and goes out. While {name} is \
away, {other} moves the {thing} from the {first} to the {second}. {name} comes back.
Where is the {thing} now?
In the {second} | In the {first} | In the {third} | In the {fourth}

Belief: Content false beliefs
On the table stands a box with the picture of a {thing} on it. {name} opens it and finds only buttons inside. \
{name} closes the box again. Then {other} comes in, who has never seen the box.
What does {other} think is in the box?
A {thing} | Buttons | A stone | Nothing at all
""",
        4,
    ),
    "Unexpected Outcome Test": (
        """
Emotion: Typical emotional reactions
{name} has practised for the recital for a whole year. On the evening itself the hall burns the lights low and \
{name} plays every note as it should be. {other} stands up to clap.
What does {name} feel at the end?
Proud | Ashamed | Bored | Jealous

Emotion: Atypical emotional reactions
{name} wins the first prize at the garden show with {other}'s plants, which {name} had watered while {other} lay \
in hospital. {name} laughs and then has to sit down.
Why is {name} not simply proud of the prize?
Because {other} really earned it | Because the prize is too small | Because {name} hates plants | Because nobody \
came to the show

Emotion: Hidden emotions
{other} gives {name} a knitted hat for her birthday. {name} finds it hideous, but she sees how happy {other} is, \
so she puts it on at once.
What does {name} show on her face?
Joy | Disgust | Anger | Fear
""",
        2,
    ),
    "Multiple Desires": (
        """
Desire: Multiple desires
{name} wants to go swimming. On the way {name} meets {other}, who says: if you help me carry this table, I will \
lend you my boat for the day. {name} carries the table.
What does {name} do after that?
{name} takes the boat out on the lake | {name} buys a table | {name} goes home to sleep | {name} paints the boat

Desire: Discrepant desires
{name} loves the sea and {other} loves the mountains. They have one week and one car. {other} has had a hard year, \
and {name} says that the mountains sound lovely.
Where does {name} herself want to go most?
To the sea | To the mountains | To the city | Nowhere
""",
        3,
    ),
    "Prediction of Actions": (
        """
Intention: Prediction of actions
{name} looks at the dark sky, then at the washing on the line, and puts down her cup. {other} is still talking.
What does {name} do next?
She takes the washing in | She pours more tea | She waters the garden | She goes to bed

Intention: Completion of failed actions
{name} reaches for the {thing} on top of the {fourth}, but her hand does not get that far. She looks at the chair \
beside {other}.
What does {name} want to do with the chair?
Stand on it to reach the {thing} | Sit down and rest | Give it to {other} | Carry it out of the room
""",
        3,
    ),
    "Knowledge-Attention Links": (
        """
Knowledge: Knowledge-attention links
{name} and {other} play with a drum and then with a kite. {name} goes out, and {other} unpacks a train. When \
{name} comes back, all three lie on the rug, and {name} calls out: oh, look at that one!
Which toy does {name} mean?
The train | The drum | The kite | All three of them

Knowledge: Percepts-knowledge links
{name} looks through the window and sees {other} put the {thing} into the {first}. {other} does not see {name}.
Does {name} know where the {thing} is?
= Yes | No
""",
        3,
    ),
    "Hinting Task Test": (
        """
Non-literal Communication: Hinting
{name} and {other} carry boxes up to the fourth floor. {name} stops, looks at {other}'s empty hands and says: my, \
this one is heavy.
What does {name} really want to say?
Please help me carry it | I am very strong | The box is badly made | The stairs are pretty
""",
        4,
    ),
    "Strange Story Task": (
        """
Non-Literal Communication: Irony/Sarcasm
{other} promised a day of sun, and {name} packed no coat. Now they stand under a tree in the pouring rain. {name} \
says: what a glorious day you chose!
Why does {name} say that?
To tease {other} about the wrong promise | Because {name} likes the rain | To thank {other} for the tree | Because \
the sun is about to come out

Non-Literal Communication: White lie\u0020
{other} has cooked for {name} for the first time, and it is far too salty. {name} empties the plate and says that \
it was delicious.
Why does {name} say that?
So as not to hurt {other} | Because salt is healthy | To get the recipe | Because the plate was small

Non-Literal Communication: Metaphor
{name} says after the meeting: {other} is a lighthouse. Everybody nods.
What does {name} mean?
{other} shows the others the way | {other} lives by the sea | {other} is very tall | {other} wears a striped coat
""",
        2,
    ),
}
