package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.TextCursor;
import org.jspecify.annotations.Nullable;

/**
 * Reads what follows a call's closing parenthesis: {@code = 0x7f...}, {@code = -1 ENOMEM (Cannot
 * allocate memory)}, {@code = ?}, {@code = ? ERESTARTSYS (...)}, with {@code (DELAYED)}, {@code
 * (INJECTED)}, what a returned descriptor stands for, and how long it took ({@code <0.000012>}).
 */
final class OutcomeReader {

  private final TextCursor text;
  private final ArgumentReader arguments;
  private final NameCache names;

  OutcomeReader(TextCursor text, ArgumentReader arguments, NameCache names) {
    this.text = text;
    this.arguments = arguments;
    this.names = names;
  }

  Outcome read() throws InputFormatException {
    text.skipSpaces();
    text.need('=', "\"=\" and what the call answered");
    text.skipSpaces();
    boolean known = !text.take('?');
    long value = 0;
    if (known) {
      value = arguments.value("what the call answered (a number or \"?\")");
    }
    @Nullable String error = null;
    boolean injected = false;
    while (true) {
      text.skipSpaces();
      int c = text.peek();
      if (c < 0) {
        break;
      } else if (c == 'E' && error == null) {
        error = errorName();
      } else if (text.take("(INJECTED)")) {
        injected = true;
      } else if (text.take("(errno ")) {
        error = "errno " + text.decimalDigits("the number of an error");
        text.need(')', "\")\" after the number of an error");
      } else if (text.take('(')) {
        skipTo(')');
      } else if (text.take('<')) {
        arguments.skipAnnotation();
      } else {
        throw text.unexpected("the end of the line after what the call answered");
      }
    }
    if (!known && error == null && !injected) {
      return Outcome.UNKNOWN;
    }
    return new Outcome(known, value, error, injected);
  }

  private String errorName() {
    int first = text.at();
    while (text.peek() >= 'A' && text.peek() <= 'Z' || text.peek() >= '0' && text.peek() <= '9') {
      text.moveTo(text.at() + 1);
    }
    return names.get(text.bytes(), first, text.at());
  }

  private void skipTo(char closing) throws InputFormatException {
    while (!text.take(closing)) {
      if (text.peek() < 0) {
        throw text.unexpected("\"" + closing + "\"");
      }
      text.moveTo(text.at() + 1);
    }
  }
}
