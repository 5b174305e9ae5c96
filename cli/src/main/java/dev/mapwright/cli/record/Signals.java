package dev.mapwright.cli.record;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Sends signals that Java can't send, by a shell that waits for them: starting a program for each
 * would take longer than strace's delay may last on a busy machine.
 */
final class Signals implements AutoCloseable {
  private final Process shell;
  private final OutputStream orders;
  private final BufferedReader answers;

  Signals() throws IOException {
    shell = new ProcessBuilder("/bin/sh").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    orders = shell.getOutputStream();
    answers =
        new BufferedReader(
            new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** Sends a signal, {@code STOP} or {@code CONT}; it was sent when this returns. */
  void send(String signal, long pid) throws IOException {
    orders.write(("kill -" + signal + " " + pid + "\necho\n").getBytes(StandardCharsets.US_ASCII));
    orders.flush();
    answers.readLine();
  }

  @Override
  public void close() {
    shell.destroy();
  }
}
