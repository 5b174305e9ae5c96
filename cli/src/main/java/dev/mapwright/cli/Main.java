package dev.mapwright.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command {@code mapwright}.
 *
 * <p>Start-up is most of what a short command costs, so nothing is made that the given arguments do
 * not ask for: only the named subcommand is built ({@link Subcommands}), and the list in the help
 * text is printed from names and summaries without building any.
 *
 * <p>Exit codes: 0 for success, 1 when the command's answer is "no" (a replay that diverged), 2
 * when the arguments or the input are at fault, 70 for a defect of this program.
 */
public final class Main {
  /** The command did what it was asked for. */
  public static final int OK = 0;

  /** The arguments or the input are at fault; the message says what to do. */
  public static final int USAGE = 2;

  /** A defect of this program: the stack trace on standard error is worth reporting. */
  public static final int DEFECT = 70;

  static {
    // No argument of ours is a date; picocli's converters for dates cost milliseconds to register.
    System.setProperty("picocli.converters.excludes", "java\\.(time|sql|nio)\\..*");
  }

  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args the arguments as the shell gave them
   */
  public static void main(String[] args) {
    int code = run(writer(FileDescriptor.out, "stdout.encoding"), standardError(), args);
    if (code != OK) {
      System.exit(code);
    }
  }

  /**
   * Runs the command inside this JVM.
   *
   * @param out where answers go; flushed before this returns
   * @param err where complaints and progress go; flushed before this returns
   * @param args the arguments as a shell would give them
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    try {
      return dispatch(out, err, args);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static int dispatch(PrintWriter out, PrintWriter err, String[] args) {
    if (args.length == 0) {
      return execute(root(), Main::noCommand, out, err, "--help");
    }
    if (args[0].equals("help")) {
      return dispatch(out, err, args.length == 1 ? new String[0] : new String[] {args[1], "-h"});
    }
    if (ReplayCommand.isPlain(args)) {
      return replayPlainly(args[1], out, err);
    }
    if (args[0].startsWith("-")) {
      return execute(root(), Main::noCommand, out, err, args);
    }
    Subcommand named = Subcommands.named(args[0]);
    if (named == null) {
      err.println(unknown(args[0]));
      return USAGE;
    }
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    return execute(named.spec("mapwright " + named.name()), named.action(), out, err, rest);
  }

  /** Replays with nothing but the recording given; the classes that read options stay unloaded. */
  private static int replayPlainly(String recording, PrintWriter out, PrintWriter err) {
    try {
      return ReplayCommand.run(Path.of(recording), out, err);
    } catch (Exception e) {
      return explain(e, "mapwright replay", err);
    }
  }

  /** The command without a subcommand: {@code --help}, {@code --version} and the list. */
  static CommandSpec root() {
    CommandSpec root = CommandSpec.create();
    root.name("mapwright");
    root.versionProvider(() -> new String[] {"mapwright " + Version.read()});
    root.addOption(Subcommand.help());
    root.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print the version.")
            .build());
    root.usageMessage()
        .customSynopsis("mapwright [-hV] COMMAND [ARGUMENT...]")
        .description(
            "The memory-mapping subsystem of an operating system, on a simulated machine.", "")
        .footerHeading("%nCommands:%n")
        .footer(footer());
    return root;
  }

  private static String[] footer() {
    String[] commands = Subcommands.lines();
    String[] lines = Arrays.copyOf(commands, commands.length + 3);
    lines[commands.length] = "";
    lines[commands.length + 1] = "'mapwright COMMAND --help' explains a command.";
    lines[commands.length + 2] = "A first one: mapwright replay examples/traces/sqlite";
    return lines;
  }

  /** Reads the arguments and then, unless they ask for help or the version, acts. */
  private static int execute(
      CommandSpec spec,
      Subcommand.Action action,
      PrintWriter out,
      PrintWriter err,
      String... args) {
    return new CommandLine(spec)
        .setOut(out)
        .setErr(err)
        // picocli's own calls Path.of by reflection, which makes five classes at run time.
        .registerConverter(Path.class, Path::of)
        // No colours: asking whether the terminal has any costs more than printing the text.
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setParameterExceptionHandler(Main::complain)
        .setExecutionExceptionHandler(Main::explain)
        .setExecutionStrategy(parsed -> {
          Integer helped = CommandLine.executeHelpRequest(parsed);
          return helped != null ? helped : act(action, parsed, out, err);
        })
        .execute(args);
  }

  private static int act(
      Subcommand.Action action, CommandLine.ParseResult parsed, PrintWriter out, PrintWriter err) {
    try {
      return action.run(parsed, out, err);
    } catch (Exception e) {
      throw new CommandLine.ExecutionException(parsed.commandSpec().commandLine(), "", e);
    }
  }

  private static int noCommand(CommandLine.ParseResult parsed, PrintWriter out, PrintWriter err) {
    err.println("mapwright: a command is missing; 'mapwright --help' lists them.");
    return USAGE;
  }

  /** Bad arguments: one line that says what is wrong and one that says where help is. */
  private static int complain(CommandLine.ParameterException wrong, String[] args) {
    PrintWriter err = wrong.getCommandLine().getErr();
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    err.println(command + ": " + wrong.getMessage());
    err.println("Try '" + command + " --help'.");
    return USAGE;
  }

  /** What a command threw: a message for what the user can mend, a stack trace for our defects. */
  private static int explain(Exception thrown, CommandLine line, CommandLine.ParseResult parsed) {
    Throwable wrapped = thrown instanceof CommandLine.ExecutionException ? thrown.getCause() : null;
    Throwable cause = wrapped == null ? thrown : wrapped;
    return explain(cause, line.getCommandSpec().qualifiedName(), line.getErr());
  }

  private static int explain(Throwable cause, String command, PrintWriter err) {
    if (cause instanceof UserError) {
      err.println(command + ": " + cause.getMessage());
      return USAGE;
    }
    err.println("mapwright: a defect of mapwright itself, please report it:");
    cause.printStackTrace(err);
    return DEFECT;
  }

  private static String unknown(String name) {
    String close = Subcommands.closestTo(name);
    return "mapwright: there is no command '"
        + name
        + "'."
        + (close == null ? "" : " Did you mean '" + close + "'?")
        + System.lineSeparator()
        + "'mapwright --help' lists the commands.";
  }

  private static PrintWriter standardError() {
    return new PrintWriter(writer(FileDescriptor.err, "stderr.encoding"), true);
  }

  /** A buffered writer in the terminal's encoding; {@link #run} flushes it. */
  private static PrintWriter writer(FileDescriptor descriptor, String encodingProperty) {
    String name = System.getProperty(encodingProperty, "UTF-8");
    Charset charset = Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), charset), false);
  }
}
