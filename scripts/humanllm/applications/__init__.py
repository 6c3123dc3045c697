"""The judged applications (paper 4): systems write about a person of the test set, a judge and people grade it.

profile_writing       a person's profile from their posts
human_explainer       why a person feels or does something, from their persona or profile and the situation
personalized_writing  a post, review or comment as that person would write it

items.py draws the items, writing.py asks the systems, grading.py the judge, scores.py sums up; sheets.py lays out what
people grade by hand, and returned.py reads what they send back. The metrics stand in replies.APPLICATIONS.
"""
