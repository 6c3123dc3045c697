"""Questions of our own in MotiveBench's layout: three a scenario, six options each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from humanllm.draws import draw
from humanllm.files import publish
from humanllm.sample.grammar import bank_lines

LETTERS = "ABCDEF"
# A scenario: name | who it is, what happened, what was done, six motives, six deeds; the right one stands first.
SCENARIOS = {
    "Amazon": """
Marta | a night nurse who buys little for herself
has not slept through a day for weeks because of the light in her bedroom
ordered a pair of heavy dark curtains after reading forty reviews
to get some proper sleep between two shifts | to make the room look grander | to impress her neighbours
to spend a voucher before it ends | to keep up with a fashion | to help the local weaver
measure the window and hang them up before the next night | send them back unopened | give them to a colleague
keep them as a present | paint the wall in the same grey | write to the maker about the colour
Joris | a beginner in the kitchen with one small shelf
has burned three dinners in a pan that is thin and bent
saved for two months and bought one heavy iron pan
to learn to cook one thing well | to fill the empty shelf | to look like a cook on a photograph
to get a bonus point in a shop | to annoy his flatmate | to own the newest model
cook the same simple dish in it every Sunday | hang it on the wall as an ornament | lend it to a stranger
buy five more of them | read about the history of iron | go out for dinner every evening
Selma | a daughter who looks after her forgetful mother
found the stove on twice within one week
bought a label maker that prints small pictures
to let her mother stay independent for longer | to tidy up her own office | to try a new gadget
to save money on paper | to please the shop assistant | to decorate a birthday table
put drawings on the drawers together with her mother | hide the keys of the flat | sell the stove
keep the machine in its box | label the books of a friend | move to another town
""",
    "Blog": """
Henk | a bus driver who is known for his patience
was given a timetable that leaves no time for old passengers
wrote down the real times of every stop for two weeks
to make sure that nobody is left behind in the rain | to get another driver into trouble | to be in the newspaper
to have a reason to quit | to practise his handwriting | to drive a shorter route
bring the sheet to the planner and invite him for a ride | skip the slowest stops | shout at the passengers
throw the sheet away | ask for a newer bus | drive faster through the fog
Alma | a teacher with a silent child in her class
noticed that the child only spoke when a snail was on the window
kept the snail in a jar on the desk
to give the child something worth talking about | to teach a lesson about salads | to scare the loud children
to save the cost of a pet | to win a prize for biology | to please the head teacher
write the child's sentence on the board with the others | call the parents to complain | move the child to the back
release the snail at once | give a test on snails | ask the child to sing alone
Piet | a man who did not open his letters for years
owes more than he has told anybody
told his cousin the whole number at the kitchen table
to be rid of the shame of hiding it | to borrow a larger sum | to make his cousin feel guilty
to show off his courage | to change the subject | to get a free dinner
go to the advice centre and make a plan | take out a new loan | buy a better car
move the letters to another drawer | tell nobody else and wait | bet the rest of his wages
""",
    "Persona": """
Nadia | a careful person who dislikes a fuss
saw a digger beside the pond where rare birds breed
wrote down every bird that she saw there before work
to give the place a voice with facts | to become famous among watchers | to sell photographs of the digger
to avoid going to work | to annoy the builders for fun | to learn how to draw machines
send the list with dates to the county | climb on the digger at night | stop going to the pond
frighten the birds away to safety | paint a large picture of the pond | hide the list in a drawer
Ruben | a proud club player who hates to look slow
lost nineteen games in a row to a quiet old woman
began to note after each game what he had been afraid of
to understand himself rather than blame his luck | to prove that she had cheated | to write a novel
to kill time on the tram | to please the club's treasurer | to collect notebooks
give back a pawn early and defend calmly | give up chess for ever | refuse to shake hands
play faster to seem clever | change the clock in secret | only play against children
Greta | a shy late beginner at the piano
learned that her ill neighbour falls asleep to her evening waltz
took off the headphones that she always used
to comfort somebody through the wall | to show the house how good she is | to save electricity
to wear out the keys | to get revenge for old noise | to test the thickness of the wall
play the waltz at nine every evening | move the piano to the cellar | ask the neighbour for money
learn only loud pieces | practise at three in the morning | sell the piano at once
""",
}


def read_scenarios(bank: str) -> list[dict[str, Any]]:
    parts, found = bank_lines(bank), []
    for start in range(0, len(parts), 16):
        name, who, event, act, *rest = parts[start : start + 16]
        found.append({"name": name, "who": who, "event": event, "act": act, "motives": rest[:6], "deeds": rest[6:]})
    return found


def _options(seed: int, texts: list[str], *key: object) -> tuple[list[str], str]:
    """Lettered options in a drawn order, and the letter of the first text."""
    order = draw(seed, "options", *key).sample(range(6), 6)
    shown = [texts[place][:1].upper() + texts[place][1:] for place in order]
    lettered = [f"{letter}. {text}" for letter, text in zip(LETTERS, shown, strict=True)]
    return lettered, LETTERS[order.index(0)]


def _entry(seed: int, place: int, scene: dict[str, Any]) -> dict[str, Any]:
    name, deeds, motives = scene["name"], scene["deeds"], scene["motives"]
    told = f"{name} is {scene['who']}. Lately {name} {scene['event']}."
    done = f"{told} Then {name} {scene['act']}."
    both = [f"{deed}, motivated by the wish {motive}" for deed, motive in zip(deeds, motives, strict=True)]
    asked = {
        1: ("Motivation Reasoning", f"{done} What was {name}'s most likely motivation?", motives),
        2: ("Behavior Reasoning", f"{told} {name} wants {motives[0]}. What is {name} most likely to do?", deeds),
        3: (
            "Motivation and Behavior Reasoning",
            f"{done} What is {name} most likely to do next, and based on what motivation?",
            both,
        ),
    }
    entry: dict[str, Any] = {"idx": place}
    for number, (kind, question, texts) in asked.items():
        options, letter = _options(seed, texts, name, number)
        entry |= {f"{kind} Question": question, f"Options {number}": options, f"Correct Answer {number}": letter}
    return entry


def write_motivebench(folder: Path, seed: int) -> dict[str, int]:
    """{name}/{name}_questions.json for the three parts; the number of scenarios of each."""
    counts = {}
    for name, bank in SCENARIOS.items():
        entries = [_entry(seed, place, scene) for place, scene in enumerate(read_scenarios(bank))]
        with publish(folder / name / f"{name}_questions.json") as temporary:
            temporary.write_text(json.dumps(entries, ensure_ascii=False, indent=4) + "\n", encoding="utf-8")
        counts[f"motivebench.{name}"] = len(entries)
    return counts
