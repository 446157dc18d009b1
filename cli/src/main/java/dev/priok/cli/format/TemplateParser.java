package dev.priok.cli.format;

import dev.priok.cli.CliException;
import dev.priok.cli.format.TemplateNode.Call;
import dev.priok.cli.format.TemplateNode.Operand;
import dev.priok.cli.format.TemplateNode.Pipeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a template into nodes. */
final class TemplateParser {
  private final String text;
  private int position;

  /** The words of the action that ended the last list: empty for the end of the template. */
  private List<String> terminator = List.of();

  TemplateParser(String text) {
    this.text = text;
  }

  List<TemplateNode> parse() {
    List<TemplateNode> nodes = list(false);
    return nodes;
  }

  private List<TemplateNode> list(boolean nested) {
    List<TemplateNode> nodes = new ArrayList<>();
    while (position < text.length()) {
      int open = text.indexOf("{{", position);
      if (open < 0) {
        nodes.add(new TemplateNode.Text(text.substring(position)));
        position = text.length();
        break;
      }
      boolean trimLeft = text.startsWith("{{- ", open);
      String before = text.substring(position, open);
      if (!before.isEmpty()) {
        nodes.add(new TemplateNode.Text(trimLeft ? before.stripTrailing() : before));
      }
      int start = open + (trimLeft ? 3 : 2);
      int close = closing(start);
      boolean trimRight = text.startsWith(" -", close - 2) && close - 2 >= start;
      String source = text.substring(start, trimRight ? close - 2 : close).strip();
      position = close + 2;
      if (trimRight) {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
          position++;
        }
      }
      if (source.startsWith("/*")) {
        continue;
      }
      List<String> words = TemplateLexer.words(source, this::malformed);
      String first = words.isEmpty() ? "" : words.getFirst();
      if (first.equals("end") || first.equals("else")) {
        if (!nested) {
          throw malformed("unexpected {{" + source + "}}");
        }
        terminator = words;
        return nodes;
      }
      nodes.add(action(first, words, source));
    }
    if (nested) {
      throw malformed("unexpected EOF");
    }
    terminator = List.of();
    return nodes;
  }

  private int closing(int start) {
    boolean quoted = false;
    boolean raw = false;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (!raw && c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '`') {
        raw = !raw;
      } else if (!quoted && !raw && text.startsWith("}}", i)) {
        return i;
      }
    }
    throw malformed("unclosed action");
  }

  private TemplateNode action(String first, List<String> words, String source) {
    return switch (first) {
      case "if", "with" -> choice(first.equals("with"), words.subList(1, words.size()), source);
      case "range" -> range(words.subList(1, words.size()), source);
      case "define", "template", "block", "break", "continue" ->
          throw malformed("{{" + first + "}} is not supported by this command");
      default -> {
        if (words.size() > 2
            && first.startsWith("$")
            && (words.get(1).equals(":=") || words.get(1).equals("="))) {
          yield new TemplateNode.Action(first, pipeline(words.subList(2, words.size()), source));
        }
        yield new TemplateNode.Action(null, pipeline(words, source));
      }
    };
  }

  private TemplateNode choice(boolean with, List<String> words, String source) {
    Pipeline condition = pipeline(words, source);
    List<TemplateNode> then = list(true);
    return new TemplateNode.Choice(with, condition, then, otherwise());
  }

  private List<TemplateNode> otherwise() {
    List<String> ended = terminator;
    if (ended.getFirst().equals("end")) {
      return List.of();
    }
    if (ended.size() > 1 && (ended.get(1).equals("if") || ended.get(1).equals("with"))) {
      return List.of(
          choice(
              ended.get(1).equals("with"),
              ended.subList(2, ended.size()),
              String.join(" ", ended)));
    }
    List<TemplateNode> nodes = list(true);
    if (!terminator.getFirst().equals("end")) {
      throw malformed("expected end; found {{else}}");
    }
    return nodes;
  }

  private TemplateNode range(List<String> words, String source) {
    String key = null;
    String value = null;
    List<String> over = words;
    int assign = words.indexOf(":=");
    if (assign == 1) {
      value = words.getFirst();
      over = words.subList(2, words.size());
    } else if (assign == 3 && words.get(1).equals(",")) {
      key = words.getFirst();
      value = words.get(2);
      over = words.subList(4, words.size());
    }
    Pipeline pipeline = pipeline(over, source);
    List<TemplateNode> body = list(true);
    return new TemplateNode.Range(key, value, pipeline, body, otherwise());
  }

  private Pipeline pipeline(List<String> words, String source) {
    List<Call> calls = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      switch (word) {
        case "|" -> {
          calls.add(call(operands, source));
          operands = new ArrayList<>();
        }
        case "(" -> {
          int close = matching(words, i);
          Pipeline inner = pipeline(words.subList(i + 1, close), source);
          i = close;
          List<String> names = List.of();
          if (close + 1 < words.size() && words.get(close + 1).startsWith(")")) {
            names = TemplateLexer.names(words.get(close + 1).substring(1));
            i = close + 1;
          }
          operands.add(new TemplateNode.Nested(inner, names));
        }
        default -> operands.add(operand(word));
      }
    }
    calls.add(call(operands, source));
    return new Pipeline(calls, source);
  }

  private int matching(List<String> words, int open) {
    int depth = 0;
    for (int i = open; i < words.size(); i++) {
      if (words.get(i).equals("(")) {
        depth++;
      } else if (words.get(i).equals(")")) {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    throw malformed("unclosed left paren");
  }

  private Call call(List<Operand> operands, String source) {
    if (operands.isEmpty()) {
      throw malformed("missing value for command in {{" + source + "}}");
    }
    return new Call(operands.getFirst(), List.copyOf(operands.subList(1, operands.size())));
  }

  private Operand operand(String word) {
    char c = word.charAt(0);
    if (c == '.') {
      return new TemplateNode.Field(TemplateLexer.names(word));
    }
    if (c == '$') {
      int dot = word.indexOf('.');
      return dot < 0
          ? new TemplateNode.Variable(word, List.of())
          : new TemplateNode.Variable(
              word.substring(0, dot), TemplateLexer.names(word.substring(dot)));
    }
    if (c == '"' || c == '`') {
      return new TemplateNode.Literal(TemplateLexer.unquote(word, this::malformed));
    }
    if (Character.isDigit(c) || (c == '-' && word.length() > 1)) {
      try {
        return new TemplateNode.Whole(Long.parseLong(word));
      } catch (NumberFormatException e) {
        throw malformed("bad number syntax: \"" + word + "\"");
      }
    }
    if (word.equals("true") || word.equals("false") || word.equals("nil")) {
      return new TemplateNode.Constant(word);
    }
    if (TemplateFunctions.isKnown(word)) {
      return new TemplateNode.Function(word);
    }
    throw malformed("function \"" + word + "\" not defined");
  }

  private CliException malformed(@Nullable String reason) {
    return new CliException(64, "template parsing error: template: :1: " + reason);
  }
}
