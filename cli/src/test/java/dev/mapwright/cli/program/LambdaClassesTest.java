package dev.mapwright.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lambdas whose classes are made when the jar is put together do what they did. */
class LambdaClassesTest {
  private static final Path ROOT = Path.of(System.getProperty("mapwright.root", ".."));

  /** Each line prints what some kind of lambda or reference says; the class is verified. */
  private static final String SOURCE =
      """
      package dev.mapwright.sample;

      import java.io.Serializable;
      import java.util.ArrayList;
      import java.util.Arrays;
      import java.util.Comparator;
      import java.util.List;
      import java.util.function.*;
      import java.util.stream.*;

      public class Lambdas {
        private final String name;
        static int count;

        Lambdas(String name) {
          this.name = name;
        }

        interface Speaks {
          private String whisper(String what) {
            return "psst " + what;
          }

          default Supplier<String> speaking(String what) {
            return () -> whisper(what);
          }

          static Supplier<String> loud() {
            return () -> shout("hey");
          }

          private static String shout(String what) {
            return what.toUpperCase();
          }
        }

        interface Longs {
          long of(int a, byte b, Long c);
        }

        interface Maker<T extends Number> {
          T make(T from);
        }

        static class Base {
          protected String base(int of) {
            return "base " + of;
          }
        }

        static class Derived extends Base implements Speaks {
          @Override
          protected String base(int of) {
            IntFunction<String> above = super::base;
            Supplier<IntFunction<String>> nested = () -> number -> above.apply(number) + this;
            return nested.get().apply(of);
          }

          @Override
          public String toString() {
            return " derived";
          }
        }

        private String secret(String of) {
          return name + of;
        }

        private static <T> T same(T what) {
          return what;
        }

        static long widened(long a, int b, double c) {
          return a + b + (long) c;
        }

        class Inner {
          private final int number;

          private Inner(int number) {
            this.number = number;
          }

          Supplier<String> outer() {
            return () -> secret(" of inner ") + number;
          }
        }

        void instance() {
          Function<String, String> bound = this::secret;
          BiFunction<Lambdas, String, String> unbound = Lambdas::secret;
          IntFunction<Inner> inner = Inner::new;
          System.out.println(bound.apply("!") + unbound.apply(this, "?"));
          System.out.println(inner.apply(7).outer().get());
        }

        static void captures(
            boolean z, byte b, char c, short s, int i, long j, float f, double d, String[] array) {
          Supplier<String> all =
              () -> "" + z + b + c + s + i + j + f + d + Arrays.toString(array);
          System.out.println(all.get());
        }

        static void conversions() {
          Function<Integer, Long> unboxed = number -> number + 1L;
          ToLongFunction<Integer> widens = Integer::intValue;
          IntToLongFunction primitive = number -> number;
          IntFunction<Object> boxed = Integer::valueOf;
          Function<Object, Object> erased = Lambdas::same;
          LongFunction<Long> same = Lambdas::same;
          Longs longs = Lambdas::widened;
          Maker<Integer> maker = number -> number * 2;
          Consumer<List<String>> dropped = List::size;
          Consumer<Lambdas> longDropped = lambdas -> System.nanoTime();
          Supplier<Long> fromMethod = System::nanoTime;
          Runnable popped = System::nanoTime;
          popped.run();
          ToIntFunction<Character> character = letter -> letter;
          Predicate<String> empty = String::isEmpty;
          dropped.accept(List.of());
          longDropped.accept(null);
          System.out.println(unboxed.apply(1) + widens.applyAsLong(2) + primitive.applyAsLong(3));
          System.out.println(boxed.apply(4) + "" + erased.apply("e") + same.apply(5));
          System.out.println(longs.of(1, (byte) 2, 3L) + maker.make(4));
          System.out.println(fromMethod.get() != 0 && character.applyAsInt('a') == 97);
          System.out.println(empty.negate().and(text -> text.length() < 3).test("ab"));
        }

        static Runnable counter() {
          return () -> count++;
        }

        interface Marked {}

        public static void main(String[] args) {
          new Lambdas("name").instance();
          captures(true, (byte) -1, 'c', (short) 2, 3, 4L, 5.5f, 6.25, new String[] {"x"});
          conversions();
          System.out.println(new Derived().base(9) + new Derived().speaking("hello").get());
          System.out.println(Speaks.loud().get());
          Runnable first = counter();
          first.run();
          System.out.println((first == counter()) + " " + count);
          Function<Integer, int[]> array = int[]::new;
          Supplier<List<String>> list = ArrayList::new;
          System.out.println(array.apply(3).length + "" + list.get());
          Runnable marked = (Runnable & Marked) () -> System.out.println("marked");
          marked.run();
          Supplier<String> serializable = (Supplier<String> & Serializable) () -> "serializable";
          System.out.println(serializable.get() + (serializable instanceof Serializable));
          System.out.println(
              Stream.of("b", "a", "cc")
                  .sorted(Comparator.comparing(String::length).thenComparing(text -> text))
                  .collect(Collectors.groupingBy(String::length, Collectors.counting())));
          try {
            String nothing = args.length == 0 ? null : args[0];
            Supplier<Integer> length = nothing::length;
          } catch (NullPointerException e) {
            System.out.println("null");
          }
          Function raw = (Function<String, Integer>) String::length;
          try {
            raw.apply(3);
          } catch (ClassCastException e) {
            System.out.println("no string");
          }
          for (StackTraceElement frame : trace.get()) {
            System.out.println(frame.getMethodName().startsWith("lambda$"));
            break;
          }
        }

        private static final Supplier<StackTraceElement[]> trace =
            () -> new Throwable().getStackTrace();
      }
      """;

  @TempDir Path folder;

  private String java(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private static void tool(String name, String... arguments) {
    ToolProvider tool = ToolProvider.findFirst(name).orElseThrow();
    assertThat(tool.run(System.out, System.err, arguments)).isZero();
  }

  private String before;
  private String after;

  @BeforeEach
  void build() throws Exception {
    Path source = folder.resolve("Lambdas.java");
    Files.writeString(source, SOURCE);
    Path classes = folder.resolve("classes");
    tool("javac", "-nowarn", "-Xlint:none", "-d", classes.toString(), source.toString());
    before = folder.resolve("before.jar").toString();
    after = folder.resolve("uncached.jar").toString();
    tool("jar", "-c", "-f", before, "-C", classes.toString(), ".");
    String one = folder.resolve("one.jar").toString();
    assertThat(java(ROOT.resolve("tools/OneJar.java").toString(), one, before)).isEmpty();
  }

  @Test
  void they_say_what_they_said() throws Exception {
    String said = java("-cp", before, "dev.mapwright.sample.Lambdas");
    assertThat(said.lines()).hasSizeGreaterThan(15);
    assertThat(java("-cp", after, "dev.mapwright.sample.Lambdas")).isEqualTo(said);
  }

  @Test
  void none_is_made_at_run_time_that_has_one_interface() throws Exception {
    String made = "dev.mapwright.sample.Lambdas\\S*\\$\\$Lambda/";
    String[] arguments = {"-Xlog:class+load", "-cp", before, "dev.mapwright.sample.Lambdas"};
    assertThat(made(java(arguments), made)).isGreaterThan(30);
    arguments[2] = after;
    // Those that are serializable, or have an interface more.
    assertThat(made(java(arguments), made)).isEqualTo(2);
  }

  private static long made(String log, String pattern) {
    return log.lines().filter(line -> line.matches(".*" + pattern + ".*")).count();
  }
}
