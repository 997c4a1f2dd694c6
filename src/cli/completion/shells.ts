// The shells: the script that each of them needs, and how candidates are handed to it.
import { escapeText } from '../output/escape.js';
import type { Completion } from './candidates.js';
import { typedWords } from './command-line.js';
import type { SHELLS } from './word-table.js';

export type Shell = (typeof SHELLS)[number];

/** Stands in an answer for the names of files, which shells know better. */
const FILES = ':files';

interface ShellWays {
  /** To be read by the shell when it starts. */
  script: string;
  /** The words, without the program, out of what the script hands over; the last is being typed. */
  words(args: readonly string[]): string[];
  /** The answer that the script reads. */
  answer(completion: Completion, args: readonly string[]): string;
}

const BASH = `# whodid: completion for bash. In ~/.bashrc: eval "$(whodid completion bash)"
_whodid() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      ${FILES}) compopt -o default 2>/dev/null ;;
      *[:=,]) compopt -o nospace 2>/dev/null; COMPREPLY+=("$line") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _whodid whodid
`;

const ZSH = `#compdef whodid
# whodid: completion for zsh. In ~/.zshrc, after compinit: eval "$(whodid completion zsh)"
_whodid() {
  local line value
  local -a closed open closed_shown open_shown
  while IFS= read -r line; do
    if [[ $line == ${FILES} ]]; then
      _files
      return
    fi
    value=\${line%%$'\\t'*}
    line=\${line/$'\\t'/  }
    if [[ $value == *[:=,] ]]; then
      open+=("$value") open_shown+=("$line")
    else
      closed+=("$value") closed_shown+=("$line")
    fi
  done < <("\${(Q)words[1]}" __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#open )) && compadd -l -S '' -d open_shown -a open
  (( $#closed )) && compadd -l -d closed_shown -a closed
}
if [[ \${funcstack[1]} == _whodid ]]; then
  _whodid "$@"
else
  compdef _whodid whodid
fi
`;

const FISH = `# whodid: completion for fish. In config.fish: whodid completion fish | source
function __whodid_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete fish $words[2..-1] 2>/dev/null)
  if test "$found[1]" = '${FILES}'
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c whodid -f -a '(__whodid_complete)'
`;

const described = (completion: Completion): string =>
  'files' in completion
    ? `${FILES}\n`
    : completion.candidates
        .filter(({ value }) => isPrintable(value))
        .map(({ value, about }) => (about === undefined ? `${value}\n` : `${value}\t${escapeText(about)}\n`))
        .join('');

export const SHELL_WAYS: Record<Shell, ShellWays> = {
  bash: {
    script: BASH,
    words: ([, line = '']) => typedWords(line).words.slice(1),
    answer(completion, [breaks = '', line = '']) {
      if ('files' in completion) return `${FILES}\n`;
      const { raw } = typedWords(line);
      // Bash replaces what follows the last of its word breaks, not the word.
      const kept =
        Math.max(...[':', '='].map(sign => (breaks.includes(sign) ? raw.lastIndexOf(sign) : -1))) + 1;
      return completion.candidates
        .filter(({ value }) => isPrintable(value))
        .map(({ value }) => `${quoted(value.slice(kept))}\n`)
        .join('');
    },
  },
  zsh: { script: ZSH, words: args => [...args], answer: described },
  fish: { script: FISH, words: args => [...args], answer: described },
};

/** A word with control characters in it is not put on anybody's command line. */
const isPrintable = (value: string) => escapeText(value.replaceAll('\\', '')) === value.replaceAll('\\', '');

const quoted = (value: string) => value.replace(/[^\w@%+=:,./-]/g, '\\$&');
