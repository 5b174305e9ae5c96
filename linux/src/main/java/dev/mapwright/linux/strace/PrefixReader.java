package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.TextCursor;

/**
 * Reads what stands before a call: the thread's number as {@code 1234} or {@code [pid 1234]},
 * perhaps with the command's name (option {@code -Y}), times in every notation ({@code -t -tt -ttt
 * -r}), the call's number ({@code -n}) and the instruction pointer ({@code -i}) in brackets.
 */
final class PrefixReader {

  /** Linux never gives a thread a larger number (PID_MAX_LIMIT). */
  private static final long MAX_PID = 1 << 22;

  private final TextCursor text;
  private int pid;

  PrefixReader(TextCursor text) {
    this.text = text;
  }

  /** The thread's number on the line that was read; 0 if it gives none. */
  int pid() {
    return pid;
  }

  /** Goes to the event on the line; false if the line holds none. */
  boolean read() throws InputFormatException {
    pid = 0;
    if (text.startsWith(" > ") || text.startsWith("strace: ") || text.startsWith("Process ")) {
      return false;
    }
    text.skipSpaces();
    if (text.startsWith("[pid")) {
      bracketedPid();
    } else {
      plainPid();
    }
    while (true) {
      text.skipSpaces();
      if (text.atDigit()) {
        time();
      } else if (text.take("(+")) {
        skipTo(')', "\")\" after a time");
      } else if (text.take('[')) {
        skipTo(']', "\"]\"");
      } else {
        return text.peek() >= 0;
      }
    }
  }

  /** A thread's number. */
  int pidNumber() throws InputFormatException {
    int start = text.at();
    long number = text.decimalDigits("the number of a thread");
    if (Long.compareUnsigned(number, MAX_PID) > 0) {
      text.moveTo(start);
      throw text.unexpected("the number of a thread, at most " + MAX_PID);
    }
    return (int) number;
  }

  private void bracketedPid() throws InputFormatException {
    text.take("[pid");
    text.skipSpaces();
    pid = pidNumber();
    skipTo(']', "\"]\" after the number of a thread");
  }

  /**
   * Digits before a space are a thread's number; with a dot, a colon or a minus sign they are a
   * time.
   */
  private void plainPid() throws InputFormatException {
    if (!text.atDigit()) {
      return;
    }
    int start = text.at();
    long number = 0;
    int digits = 0;
    while (text.atDigit() && digits <= 10) {
      number = number * 10 + text.peek() - '0';
      text.moveTo(text.at() + 1);
      digits++;
    }
    int next = text.peek();
    boolean ofThread = (next == ' ' || next == '\t') && number <= MAX_PID;
    if (ofThread) {
      pid = (int) number;
      return;
    }
    text.moveTo(start);
    if (next == '<') {
      pid = pidNumber();
      text.take('<');
      skipTo('>', "\">\" after the name of a command");
    }
  }

  private void time() throws InputFormatException {
    while (text.peek() > ' ') {
      int c = text.peek();
      boolean ofTime =
          c >= '0' && c <= '9' || c == ':' || c == '.' || c == '-' || c == '+' || c == 'T';
      if (!ofTime) {
        throw text.unexpected("a time, then a system call");
      }
      text.moveTo(text.at() + 1);
    }
  }

  private void skipTo(char closing, String expected) throws InputFormatException {
    while (!text.take(closing)) {
      if (text.peek() < 0) {
        throw text.unexpected(expected);
      }
      text.moveTo(text.at() + 1);
    }
  }
}
