package dev.priok.cli.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a read template. */
sealed interface TemplateNode {

  /** Text as it stands. */
  record Text(String text) implements TemplateNode {}

  /** A value printed, or kept in a variable. */
  record Action(@Nullable String variable, Pipeline pipeline) implements TemplateNode {}

  /** {@code if}, or {@code with}, which also moves the dot. */
  record Choice(
      boolean with, Pipeline condition, List<TemplateNode> then, List<TemplateNode> otherwise)
      implements TemplateNode {}

  /** {@code range}. */
  record Range(
      @Nullable String key,
      @Nullable String value,
      Pipeline over,
      List<TemplateNode> body,
      List<TemplateNode> otherwise)
      implements TemplateNode {}

  /** Calls of which each hands its value to the next; {@code source} is for messages. */
  record Pipeline(List<Call> calls, String source) {}

  /** A function, method or value with arguments. */
  record Call(Operand head, List<Operand> arguments) {}

  /** A value in an expression. */
  sealed interface Operand {}

  /** {@code .A.B}; without names the dot itself. */
  record Field(List<String> names) implements Operand {}

  /** {@code $v.A.B}. */
  record Variable(String name, List<String> names) implements Operand {}

  /** A quoted text. */
  record Literal(String text) implements Operand {}

  /** An integer. */
  record Whole(long value) implements Operand {}

  /** {@code true}, {@code false} or {@code nil}. */
  record Constant(String name) implements Operand {}

  /** The name of a function. */
  record Function(String name) implements Operand {}

  /** A pipeline in parentheses, and fields of its value. */
  record Nested(Pipeline pipeline, List<String> names) implements Operand {}
}
