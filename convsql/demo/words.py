"""What the people in the demo write. Braces are filled with a topic."""

TOPICS = ("pricing", "a demo", "the integration", "onboarding", "the trial", "reporting", "the contract", "data import")

CONTACT_OPENS = {
    "buy": (
        "Hi, could you tell me more about {topic}?",
        "We are comparing tools this month. What does {topic} look like with you?",
        "Is {topic} part of the standard plan?",
        "Hello! We are a team of 40 and interested in {topic}.",
        "Could someone call us about {topic}? Tomorrow morning works.",
        "How long does {topic} take to set up?",
        "Hi there 👋 quick question about {topic}",
    ),
    "support": (
        "I cannot log in since this morning, can you help?",
        "The export stopped with an error, see the screenshot.",
        "Where can I find my last invoice?",
        "How do I add a second user to our account?",
        "Our import has been stuck at 80 % for an hour.",
    ),
    "wrong": (
        "Sorry, who is this?",
        "I think you have the wrong number.",
        "I left that company last year, please update your list.",
    ),
}
CONTACT_GOES_ON = (
    "Thanks, that helps.",
    "And what about {topic}?",
    "Can we see that on our own data?",
    "Let me check with my colleagues.",
    "That sounds good. How would we start?",
    "It has to work with our CRM.",
    "Hmm, that is more than we planned to spend.",
    "Could you send that in writing?",
    "Great 🙂",
    "Yes",
    "No, not before next quarter.",
)
REP_OPENS = (
    "Hi, you downloaded our guide. Is {topic} something you are working on?",
    "Hello, do you have ten minutes this week to talk about {topic}?",
    "Following up on our talk at the fair: shall I send you details about {topic}?",
    "Many teams like yours ask us about {topic}. Would a short overview help?",
)
REP_GOES_ON = (
    "Happy to help! Let me explain {topic} in two sentences.",
    "I have just sent you a summary of {topic}.",
    "That depends on the number of users. How many are you?",
    "Good question, I will ask our engineers and come back to you.",
    "You will have the proposal by tomorrow.",
    "Thanks for your patience, here is what I found.",
)
NEXT_STEPS = (
    "Shall I set up a call?",
    "You can book a time here: https://example.com/book",
    "May I send you an invite for a short demo on Thursday at 10:00?",
    "What time works for you?",
)
"""Each holds a phrase of the seed `next_step_phrases`; no other line here does."""
REP_SAYS_FAREWELL = "Thank you for looking at us so closely. May I ask again in half a year?"
CONTACT_SAYS_FAREWELL = ("Yes, do. It was a close call.", "It was the price, in the end.", "Sure, all the best!")
REP_THANKS = "Thank you, and all the best!"
REP_HANDS_OVER = "My colleague takes over from here and knows {topic} best."
BOT_OPENS = "Hi! I am the assistant. What brings you here today?"
BOT_GOES_ON = (
    "Thanks! How many people would use it?",
    "Here is our page about {topic}: https://example.com/help",
    "I am connecting you with a colleague.",
    "Which system do you use today?",
)
BOT_AFTER_HOURS = "Our team is back at 9:00. Leave your question and we will write to you."
CAMPAIGN_MAIL = "News about {topic}: what changed this season, and what others do with it."
CAMPAIGN_TEXT = "See {topic} live in 20 minutes. Reply YES for a seat, STOP to opt out."
REMINDER = "Your demo begins tomorrow at {time} UTC. We look forward to it."
PROPOSAL_REMINDER = "You have our proposal since yesterday. We gladly answer questions before you sign."
OUT_OF_OFFICE = (
    "Out of office: I am back on Monday. In urgent cases please call our reception.",
    "Automatic reply: I am on leave and read my mail again next week.",
)
STOP_WORDS = ("STOP", "Stop", "stop", "UNSUBSCRIBE")
SYSTEM_LINE = "Chat assigned."
