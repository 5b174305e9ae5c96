package dev.mapwright.linux.strace;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.input.LineSource;
import dev.mapwright.linux.input.TextCursor;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording made by {@code strace}, one event at a time.
 *
 * <p>The options {@code -f -y -yy -Y -t -tt -ttt -r -T -n -i -k -X} may have been used in any
 * combination; the text may be compressed with gzip. Calls on memory, and those that make, replace
 * and end processes, become {@link TraceEvent}s; other calls are counted by name and skipped.
 * Signals, stack traces and the recorder's own messages are skipped.
 *
 * <p>Memory is bounded whatever is read: see {@link LineSource}, and at most 65,536 calls may have
 * begun without returning. Instances belong to one thread.
 */
public final class StraceReader implements Closeable {

  private static final String UNFINISHED = "<unfinished ...>";
  private static final String MESSAGE = "strace: Process ";
  private static final String ATTACHED = " attached";
  private static final String RENUMBERED = " <pid changed to ";
  private static final int MAX_SKIPPED_NAMES = 1000;

  /** No call was begun in the line before; one was that is skipped. */
  private static final int NOBODY = -1;

  private static final int SKIPPED = -2;

  private final LineSource lines;
  private final TextCursor text;
  private final NameCache names = new NameCache();
  private final PrefixReader prefix;
  private final CallDecoder decoder;
  private final OutcomeReader outcomes;
  private final PendingCalls pending = new PendingCalls();
  private final Map<String, Long> skipped = new TreeMap<>();
  private long calls;
  private long textBytes;

  /** Where the current line begins in the cursor's bytes. */
  private int lineStart;

  /** The thread that has begun a call in the line before, and not ended it. */
  private int openedLast = NOBODY;

  private StraceReader(LineSource lines) {
    this.lines = lines;
    this.text = new TextCursor(lines.name());
    this.prefix = new PrefixReader(text);
    this.decoder = new CallDecoder(text, names);
    this.outcomes = new OutcomeReader(text, decoder.arguments(), names);
  }

  /**
   * Opens a recording.
   *
   * @param file the recording, plain or compressed with gzip
   * @return its reader; the caller closes it
   * @throws IOException if the file cannot be read
   */
  public static StraceReader open(Path file) throws IOException {
    return new StraceReader(LineSource.open(file));
  }

  /**
   * Reads a recording from a stream, which is closed with the reader.
   *
   * @param in the recording, plain or compressed with gzip
   * @param name what errors call it
   * @return its reader
   * @throws IOException if reading the first bytes fails
   */
  public static StraceReader of(InputStream in, String name) throws IOException {
    return new StraceReader(new LineSource(in, name));
  }

  /**
   * The calls that become events; lines of others tell nothing, so a recorder may leave them out.
   *
   * @return their names as strace prints them, in no order
   */
  public static Set<String> callNames() {
    return CallKind.allNames();
  }

  /**
   * Goes to the next event.
   *
   * @return the event, or null at the end of the recording
   * @throws InputFormatException if a line is not what the recorder prints
   * @throws IOException if reading fails
   */
  public @Nullable TraceEvent next() throws IOException {
    while (lines.next()) {
      textBytes += lines.end() - lines.first();
      text.enter(lines);
      if (text.endsWith(ATTACHED)) {
        joinInterrupted();
      }
      lineStart = text.at();
      TraceEvent event = event();
      if (event != null) {
        return event;
      }
    }
    return null;
  }

  /**
   * The line that was read last.
   *
   * @return its number, counted from 1; 0 before the first
   */
  public long line() {
    return lines.line();
  }

  /**
   * How far the underlying stream has been read.
   *
   * @return the bytes taken from it, compressed if it is compressed
   */
  public long bytesTaken() {
    return lines.bytesTaken();
  }

  /**
   * How long the lines are that were read so far.
   *
   * @return their bytes, without line feeds
   */
  public long textBytes() {
    return textBytes;
  }

  /**
   * How many calls have begun so far, those that were skipped not counted.
   *
   * @return the number of calls
   */
  public long calls() {
    return calls;
  }

  /**
   * The calls that were skipped so far because they have nothing to do with memory.
   *
   * @return how often each name came; names beyond the thousandth are counted together as
   *     "(others)"
   */
  public Map<String, Long> skippedCalls() {
    return Collections.unmodifiableMap(skipped);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /**
   * On a terminal the recorder's message about a new thread interrupts the line of the call that
   * makes it, which goes on in the next line: both are read as one.
   */
  private void joinInterrupted() throws IOException {
    int start = messageStart();
    if (start <= text.at()) {
      return;
    }
    int kept = start - text.at();
    byte[] beginning = Arrays.copyOfRange(text.bytes(), text.at(), start);
    do {
      if (!lines.next()) {
        text.moveTo(text.end());
        throw text.unexpected(
            "a next line that goes on where the recorder's message has interrupted");
      }
      text.enter(lines);
    } while (text.startsWith(MESSAGE) && text.endsWith(ATTACHED));
    int added = lines.end() - lines.first();
    byte[] joined = Arrays.copyOf(beginning, kept + added);
    System.arraycopy(lines.buffer(), lines.first(), joined, kept, added);
    text.enter(joined, 0, joined.length, lines.line());
  }

  /**
   * Where the recorder's message begins in a line that ends with it; before the line if it does
   * not.
   */
  private int messageStart() {
    byte[] bytes = text.bytes();
    for (int start = text.end() - MESSAGE.length(); start >= text.at(); start--) {
      int matched = 0;
      while (matched < MESSAGE.length() && bytes[start + matched] == MESSAGE.charAt(matched)) {
        matched++;
      }
      if (matched == MESSAGE.length()) {
        return start;
      }
    }
    return -1;
  }

  /** What the current line tells; null if that is nothing. */
  private @Nullable TraceEvent event() throws IOException {
    if (!prefix.read()) {
      return null;
    }
    int pid = prefix.pid();
    int interrupted = openedLast;
    openedLast = NOBODY;
    return switch (text.peek()) {
      case ')' -> ended(interrupted);
      case '%' -> summary();
      case '+' -> ending(pid);
      case '-' -> signal(pid);
      case '<' -> resumed(pid);
      default -> call(pid);
    };
  }

  private @Nullable TraceEvent call(int pid) throws InputFormatException {
    String name = callName("a system call");
    text.need('(', "\"(\" after the name of a call");
    CallKind kind = CallKind.named(name);
    if (kind == null || kind == CallKind.PRCTL && !decoder.isAboutMemory()) {
      skip(name);
      openedLast = SKIPPED;
      return null;
    }
    int end = text.end();
    boolean unfinished = endsUnfinished();
    if (!unfinished && text.endsWith("<detached ...>")) {
      return null;
    }
    Call call = decoder.decode(kind, name);
    calls++;
    if (unfinished) {
      TraceEvent started = new TraceEvent.Started(pid, lines.line(), call);
      closeIfSimple(kind, false);
      pending.begin(pid, new PendingCalls.Pending(lines.line(), call), text);
      openedLast = pid;
      return started;
    }
    text.cutAt(end);
    closeIfSimple(kind, true);
    Outcome outcome = outcomes.read();
    PendingCalls.Pending earlier = pending.of(pid);
    if (earlier != null) {
      text.moveTo(lineStart);
      throw text.unexpected(
          "the end of the " + earlier.call().name() + " begun in line " + earlier.line());
    }
    return new TraceEvent.Finished(pid, lines.line(), lines.line(), call, outcome);
  }

  /** Whether the line ends inside a call; if so, the mark is cut off. */
  private boolean endsUnfinished() {
    int end = text.end();
    while (end > text.at() && text.bytes()[end - 1] == ' ') {
      end--;
    }
    text.cutAt(end);
    if (text.endsWith(UNFINISHED)) {
      text.cutAt(end - UNFINISHED.length());
      return true;
    }
    // Who executes a program takes the number of the process, and returns under it.
    int mark = text.endsWith(" ...>") ? lastIndexOf(RENUMBERED) : -1;
    if (mark < 0) {
      return false;
    }
    text.cutAt(mark);
    return true;
  }

  /** Where a mark begins last in the rest of the line; -1 if it is not there. */
  private int lastIndexOf(String mark) {
    byte[] bytes = text.bytes();
    for (int at = text.end() - mark.length(); at >= text.at(); at--) {
      int i = 0;
      while (i < mark.length() && bytes[at + i] == mark.charAt(i)) {
        i++;
      }
      if (i == mark.length()) {
        return at;
      }
    }
    return -1;
  }

  /**
   * The end of the call in the line before, which names neither a thread nor the call: what is
   * printed when only calls that succeed are asked for.
   */
  private @Nullable TraceEvent ended(int pid) throws InputFormatException {
    PendingCalls.Pending begun = pid == NOBODY || pid == SKIPPED ? null : pending.of(pid);
    if (begun == null && pid != SKIPPED) {
      throw text.unexpected("a system call");
    }
    if (begun == null) {
      return null;
    }
    pending.drop(pid);
    text.take(')');
    Outcome outcome = outcomes.read();
    return new TraceEvent.Finished(pid, begun.line(), lines.line(), begun.call(), outcome);
  }

  /** What options -c and -C print behind the last call is a table that nothing follows. */
  private @Nullable TraceEvent summary() throws IOException {
    if (!text.startsWith("% time ")) {
      throw text.unexpected("a system call");
    }
    while (lines.next()) {
      textBytes += lines.end() - lines.first();
    }
    return null;
  }

  /**
   * Calls whose arguments are all decoded end there; behind those of the others anything may
   * follow.
   */
  private void closeIfSimple(CallKind kind, boolean whole) throws InputFormatException {
    boolean open =
        switch (kind) {
          case MINCORE, SHMGET, CLONE, CLONE3, FORK, VFORK, EXECVE, EXECVEAT -> true;
          case EXIT, EXIT_GROUP, NO_EFFECT, MSEAL -> true;
          default -> false;
        };
    decoder.arguments().gap();
    if (!open && text.peek() != ')' && text.peek() != '<' && (whole || text.peek() >= 0)) {
      throw text.unexpected("\")\" after the last argument");
    }
    decoder.arguments().close(whole);
  }

  private @Nullable TraceEvent resumed(int pid) throws InputFormatException {
    if (!text.take("<... ")) {
      throw text.unexpected("\"<... NAME resumed>\"");
    }
    String name = callName("the name of the call that returns");
    if (!text.take(" resumed>")) {
      throw text.unexpected("\" resumed>\"");
    }
    if (CallKind.named(name) == null) {
      return null;
    }
    PendingCalls.Pending begun = pending.finish(pid, name);
    if (begun == null && CallKind.named(name) == CallKind.PRCTL) {
      return null; // one that was skipped
    }
    if (begun == null && CallKind.named(name) == CallKind.EXECVE && pending.of(pid) == null) {
      // Begun under another number, in a line that was left out.
      begun = new PendingCalls.Pending(lines.line(), new Call.Exec(name, null));
    }
    if (begun == null) {
      text.moveTo(lineStart);
      throw text.unexpected("an earlier line where this thread began the call " + name);
    }
    decoder.arguments().close(true);
    Outcome outcome = outcomes.read();
    return new TraceEvent.Finished(pid, begun.line(), lines.line(), begun.call(), outcome);
  }

  private @Nullable TraceEvent ending(int pid) throws InputFormatException {
    if (text.take("+++ exited with ")) {
      pending.drop(pid);
      return new TraceEvent.Ended(pid, lines.line(), false);
    }
    if (text.take("+++ killed by ")) {
      pending.drop(pid);
      return new TraceEvent.Ended(pid, lines.line(), true);
    }
    if (text.take("+++ superseded by execve in pid ")) {
      int successor = prefix.pidNumber();
      pending.rename(successor, pid);
      return new TraceEvent.Superseded(pid, lines.line(), successor);
    }
    throw text.unexpected("\"+++ exited with\", \"+++ killed by\" or \"+++ superseded by\"");
  }

  private @Nullable TraceEvent signal(int pid) throws InputFormatException {
    if (!text.take("--- ")) {
      throw text.unexpected("a system call, a signal (---) or an end (+++)");
    }
    if (!text.startsWith("SIGCHLD {")) {
      return null;
    }
    while (!text.take("si_pid=")) {
      if (text.peek() < 0) {
        return null;
      }
      text.moveTo(text.at() + 1);
    }
    return new TraceEvent.ChildSignal(pid, lines.line(), prefix.pidNumber());
  }

  private String callName(String expected) throws InputFormatException {
    int first = text.at();
    int i = first;
    byte[] bytes = text.bytes();
    while (i < text.end() && isNamePart(bytes[i])) {
      i++;
    }
    if (i == first) {
      throw text.unexpected(expected);
    }
    text.moveTo(i);
    return names.get(bytes, first, i);
  }

  private void skip(String name) {
    String counted =
        skipped.containsKey(name) || skipped.size() < MAX_SKIPPED_NAMES ? name : "(others)";
    skipped.merge(counted, 1L, Long::sum);
  }

  private static boolean isNamePart(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= '0' && b <= '9'
        || b == '_'
        || b >= 'A' && b <= 'Z'
        || b == '?';
  }
}
