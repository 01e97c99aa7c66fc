"""What click, the library of the command line, says by itself: its texts, so that they are translated as ours are.

click asks the environment for translations that nobody ships. So its sentences are taken as it says them in English,
and `told` again in the shown language: a place is written {name} here where click writes {name!r}. A test holds these
lists against click's own source, so that a newer click brings no text that nobody translates.
"""

from gpu_inspector.language import N_

HELP = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("default: {default}"),
    N_("required"),
    N_("env var: {var}"),
    N_("(dynamic)"),
)
"""What stands in help."""
ERRORS = (
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing command."),
    N_("No such option {name}."),
    N_("No such command {name}."),
    N_("Did you mean {possibility}?"),
    N_("(Did you mean one of: {possibilities}?)"),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("Argument {name} takes {nargs} values."),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Option {name} requires {nargs} arguments."),
    N_("Takes {nargs} values but 1 was given."),
    N_("Takes {nargs} values but {len} were given."),
    N_("Value must be an iterable."),
    N_("{value} is not {choice}."),
    N_("{value} is not one of {choices}."),
    N_("{value} does not match the format {format}."),
    N_("{value} does not match the formats {formats}."),
    N_("{value} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename} does not exist."),
    N_("{name} {filename} is a file."),
    N_("{name} {filename} is a directory."),
    N_("{name} {filename} is not readable."),
    N_("{name} {filename} is not writable."),
    N_("{name} {filename} is not executable."),
    N_("Could not open file {filename}: {message}"),
    N_("unknown error"),
)
"""What it says of wrong usage."""
GLUED = (
    N_("Missing option {param_hint}."),
    N_("Missing argument {param_hint}."),
    N_("Missing argument {param_hint}. Choose from:\n\t{choices}"),
    N_("Missing option {param_hint}. Choose from:\n\t{choices}"),
    N_("No such option {name}. (Did you mean one of: {possibilities}?)"),
    N_("No such command {name}. (Did you mean one of: {possibilities}?)"),
)
"""Sentences that click puts together of halves: another grammar orders them otherwise, so here they are whole."""
KINDS = (
    N_("integer"),
    N_("float"),
    N_("integer range"),
    N_("float range"),
    N_("file"),
    N_("directory"),
    N_("path"),
    N_("File"),
    N_("Directory"),
    N_("Path"),
)
"""What it calls a value that was given."""
HALVES = ("Missing option", "Missing argument", "Choose from:\n\t{choices}")
"""Never alone: GLUED has them whole."""
NEVER = (
    "Aborted!",
    "deprecated",
    "DeprecationWarning: The command {name} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name} is deprecated.{extra_message}",
    "Do you want to continue?",
    "Confirm the action without prompting.",
    "%(prog)s, version %(version)s",
    "Missing parameter",
    "Missing {param_type}",
    "Missing parameter: {param_name}",
    "Name '{name}' defined twice",
    "Invalid start character for option ({option})",
    "Unknown standard stream '{name}'",
    "Unknown color {colour}",
    "Press any key to continue...",
    "Repeat for confirmation",
    "Error: {message}",
    "Error: The two entered values do not match.",
    "Error: invalid input",
    "Choice({choices})",
    "{value} is not a valid UUID.",
    "{editor}: Editing failed",
    "{editor}: Editing failed: {e}",
    "d",
    "Windows error: {error}",
    "Couldn't detect Bash version, shell completion is not supported.",
    "Shell completion is not supported for Bash versions older than 4.4.",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls}",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead?"
    " Did you mean to pass '--{name}'?",
    "{len_type} values are required, but {len_value} was given.",
    "{len_type} values are required, but {len_value} were given.",
    "{value} is not a valid boolean. Recognized values: {states}",
)
"""What it says nowhere in this program: it stops no prompt by itself, edits and completes nothing in words, has no
deprecated command, and asks for no UUID and no pair; the rest is for who writes commands."""
