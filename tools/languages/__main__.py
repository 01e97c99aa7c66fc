"""`make languages`: the catalogues brought up to the program's texts, compiled, and each fault of them named.

What the program no longer says is left out; what is new stands there empty, for whoever translates it. A language is
added by a line in `gpu_inspector.language.NAMES`: this makes its file. `python -m tools.languages de` does one alone.
"""

import sys

from tools.languages import faults, harvest, writing


def main() -> int:
    """Exit status: 1 where any text of any language is missing or broken."""
    messages = harvest.messages()
    writing.FOLDER.mkdir(exist_ok=True)
    wrong = 0
    for tag in sys.argv[1:] or writing.OTHERS:
        texts = {text: said for text, said in writing.read(tag).items() if text in messages}
        catalogue = writing.catalogue_of(tag, messages, texts)
        writing.path(tag).write_bytes(writing.po(catalogue))
        writing.path(tag, "mo").write_bytes(writing.mo(catalogue))
        found = list(faults.of(tag, messages, texts))
        wrong += len(found)
        for fault in found:
            print(f"{tag}: {fault}")
        print(f"{tag}: {len(messages)} texts, {len(found)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
