package dev.priok.cli.format;

import dev.priok.cli.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Cuts an action into words; a field after a closing parenthesis becomes a word {@code ).A.B}. */
final class TemplateLexer {
  private TemplateLexer() {}

  static List<String> words(String source, Function<String, CliException> malformed) {
    List<String> words = new ArrayList<>();
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      int start = i;
      if (Character.isWhitespace(c)) {
        i++;
        continue;
      }
      if (c == '"' || c == '`') {
        i = endOfQuote(source, i, malformed);
      } else if (c == '|' || c == '(' || c == ',' || c == '=') {
        i++;
      } else if (c == ')') {
        words.add(")");
        i++;
        if (i < source.length() && source.charAt(i) == '.') {
          int end = endOfWord(source, i);
          words.add(")" + source.substring(i, end));
          i = end;
        }
        continue;
      } else if (source.startsWith(":=", i)) {
        i += 2;
      } else {
        i = endOfWord(source, i);
        if (i == start) {
          throw malformed.apply("unexpected \"" + c + "\" in {{" + source + "}}");
        }
      }
      words.add(source.substring(start, i));
    }
    return words;
  }

  /** {@code .A.B} as its names. */
  static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("\\.", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  static String unquote(String word, Function<String, CliException> malformed) {
    String inner = word.substring(1, word.length() - 1);
    if (word.charAt(0) == '`') {
      return inner;
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < inner.length()) {
      char c = inner.charAt(i++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = i < inner.length() ? inner.charAt(i) : ' ';
      i++;
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case '\\' -> text.append('\\');
        case '"' -> text.append('"');
        default -> throw malformed.apply("unsupported escape in " + word);
      }
    }
    return text.toString();
  }

  private static int endOfWord(String source, int start) {
    int i = start;
    while (i < source.length()
        && (Character.isLetterOrDigit(source.charAt(i)) || "._$-".indexOf(source.charAt(i)) >= 0)) {
      i++;
    }
    return i;
  }

  private static int endOfQuote(
      String source, int start, Function<String, CliException> malformed) {
    char quote = source.charAt(start);
    for (int i = start + 1; i < source.length(); i++) {
      if (quote == '"' && source.charAt(i) == '\\') {
        i++;
      } else if (source.charAt(i) == quote) {
        return i + 1;
      }
    }
    throw malformed.apply("unterminated quoted string");
  }
}
