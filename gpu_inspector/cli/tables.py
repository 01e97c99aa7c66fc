"""Every command of the program by its name: where it stands, and the sentence by which help and completion list it.

A sentence is the first paragraph of the command's own help, word for word: what is translated is that one.
"""

from gpu_inspector.cli.later import Place

COMMANDS = {
    "list": Place(
        "listing_cards", "list_cards", "Show the NVIDIA cards of this machine, with the numbers that `inspect` takes."
    ),
    "inspect": Place(
        "inspecting",
        "inspect",
        "Inspect a card of this machine (all of them without CARD), a whole server, or review a file.",
    ),
    "judge": Place(
        "judged",
        "judge",
        "Judge recorded evidence again: a dump, a capture, a signed report, or every file of a folder.",
    ),
    "verify": Place(
        "verifying",
        "verify",
        "Check a signed report: the signatures over the whole file, additions, the evidence judged again, the pages.",
    ),
    "key": Place("keys", "key_group", "Make, show, export and import the key that signs reports."),
    "report": Place(
        "reporting",
        "report",
        "Write the signed report of a stored inspection (ID OUT), stamp reports, countersign one.",
    ),
    "tag": Place(
        "tagging", "tag", "Write tags with a QR code for the cards of a stored inspection, which lead back to it."
    ),
    "history": Place(
        "keeping",
        "history",
        "List inspections, the newest first; WORDS are looked for in case, product, serial, UUID, people and verdict.",
    ),
    "ledger": Place("keeping", "ledger_group", "Check, vouch for, copy and export the ledger."),
    "vbios": Place(
        "firmware", "vbios", "Show what a vBIOS image says; with OTHER, where the two differ, field by field."
    ),
    "export-class": Place(
        "classifying",
        "export_class",
        "Show which export-control entry the figures of a product, or of the cards in a file, meet on a day.",
    ),
    "checklist": Place(
        "checklist",
        "checklist",
        "The twelve steps of a visual examination: the questions, and the file that their answers are written in.",
    ),
    "products": Place(
        "knowing",
        "products",
        "Show the genuine products that fit WORDS (name, device id, die), with the sources of each figure.",
    ),
    "checks": Place("knowing", "checks", "List every check, in the order of the report."),
    "simulations": Place(
        "knowing",
        "simulations",
        "List the simulated cards and servers of `inspect --simulate`, and the exit status that each must come to.",
    ),
    "doctor": Place("knowing", "doctor", "Say what this machine can and cannot look at, and what to do about it."),
    "selftest": Place(
        "selftesting",
        "selftest",
        "Try what is known beforehand: simulations, planted faults, kernels, data, fonts, key, ledger, disk.",
    ),
    "control-card": Place(
        "selftesting", "control_card_group", "A card that the office knows, inspected each day: do its figures drift?"
    ),
    "watchlist": Place(
        "watching", "watch_group", "Watch-lists: write one for other offices, take theirs in, list and remove them."
    ),
    "lot": Place("lots", "lot_group", "Examine many cards under one declaration: all of them, or a sample."),
    "batch": Place(
        "batching",
        "batch",
        "Inspect every file of a folder, or what standard input lists; each once, however often it is stopped.",
    ),
    "watch": Place(
        "batching",
        "watch",
        "Inspect the files of a folder as they arrive: those that lie there already, and each that is complete.",
    ),
    "audit": Place(
        "audit",
        "audit",
        "Inspect the cards of many machines, each on its own node; judge here, and sum up in one signed report.",
    ),
    "policy": Place(
        "policy",
        "policy_group",
        "The office's policy: mandatory fields, least profile, trusted signers, watch-lists, as one signed file.",
    ),
    "data": Place(
        "data", "data_group", "Reference data as signed files: install them, choose what judges, write them for others."
    ),
    "registry": Place(
        "registry",
        "registry_group",
        "A registry of many offices: send rows of this ledger, search those of all, watch for cards.",
    ),
}
LEDGER = {
    "verify": Place(
        "ledger_checks",
        "verify",
        "Check every row, the chain, and the checkpoints. Exit status: 0 whole, 4 altered (the row is named), 1, 2.",
    ),
    "checkpoint": Place(
        "ledger_checks",
        "checkpoint",
        "Sign what the ledger holds now, and keep it in the ledger, beside it, and in OUT, to be kept elsewhere.",
    ),
    "prove": Place(
        "ledger_proofs",
        "prove",
        "Write what a third party needs to see that inspection ID was in the ledger; without OUT to standard output.",
    ),
    "check-proof": Place("ledger_proofs", "check_proof", "Check a proof without any ledger."),
    "custody": Place(
        "ledger_proofs",
        "custody_log",
        "List who looked at, exported or printed what, the oldest first; with ID what was done with that inspection.",
    ),
    "backup": Place(
        "keeping",
        "backup",
        "Copy the ledger to TARGET while it is in use; the copy is verified before it gets its name.",
    ),
    "restore": Place(
        "restoring",
        "restore",
        "Put BACKUP where the ledger is to be. A whole ledger is never replaced; a damaged one is moved aside.",
    ),
    "export": Place(
        "exporting", "export", "Write inspections to TARGET, all or those of a span; - writes to standard output."
    ),
    "check-export": Place(
        "exporting",
        "check_export",
        "Check a signed export without its ledger: every row, the rows' order, and the signature over all.",
    ),
    "rejudge": Place(
        "rejudging",
        "rejudge",
        "Judge every inspection again with today's checks and the data in use, and list each conclusion that changes.",
    ),
}
