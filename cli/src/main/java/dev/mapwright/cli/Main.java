package dev.mapwright.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
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
    if (args.length == 0 || args[0].equals("help")) {
      return help(out, err, args);
    }
    if (args[0].startsWith("-")) {
      return configure(new CommandLine(root(Subcommands.summaries())), out, err).execute(args);
    }
    Subcommand named = Subcommands.named(args[0]);
    if (named == null) {
      err.println(unknown(args[0]));
      return USAGE;
    }
    CommandSpec root = root(java.util.Map.of(named.name(), named.spec()));
    return configure(new CommandLine(root), out, err).execute(args);
  }

  /** {@code mapwright}, {@code mapwright help} and {@code mapwright help COMMAND}. */
  private static int help(PrintWriter out, PrintWriter err, String[] args) {
    if (args.length < 2) {
      return dispatch(out, err, new String[] {"--help"});
    }
    return dispatch(out, err, new String[] {args[1], "--help"});
  }

  /**
   * The command without a subcommand: {@code --help}, {@code --version} and the list.
   *
   * @param subcommands the subcommands to hang below it, by name, in the order of the list
   */
  static CommandSpec root(java.util.Map<String, CommandSpec> subcommands) {
    CommandSpec root = CommandSpec.wrapWithoutInspection(new Root());
    root.name("mapwright");
    root.versionProvider(() -> new String[] {"mapwright " + Version.read()});
    root.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    root.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print the version.")
            .build());
    root.usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .description(
            "The memory-mapping subsystem of an operating system, on a simulated machine.", "")
        .commandListHeading("%nCommands:%n")
        .footer(
            "",
            "mapwright COMMAND --help explains a command.",
            "Start with: mapwright replay examples/traces/sqlite");
    subcommands.forEach(root::addSubcommand);
    return root;
  }

  private static CommandLine configure(CommandLine line, PrintWriter out, PrintWriter err) {
    return line.setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Main::complain)
        .setExecutionExceptionHandler(Main::explain);
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
    PrintWriter err = line.getErr();
    if (thrown instanceof UserError) {
      err.println(line.getCommandSpec().qualifiedName() + ": " + thrown.getMessage());
      return USAGE;
    }
    err.println("mapwright: a defect of mapwright itself, please report it:");
    thrown.printStackTrace(err);
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

  /** The command without a subcommand, reached only by options that ask for nothing. */
  private static final class Root implements Runnable {
    @Override
    public void run() {
      throw new UserError("a command is missing; 'mapwright --help' lists them");
    }
  }
}
