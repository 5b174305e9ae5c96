package dev.mapwright.proof.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.Zircon;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A module that uses the library as others will: on a module path with our modules and nothing
 * else, with every warning an error.
 */
class ModularConsumerTest {
  private static final String DESCRIPTOR =
      """
      module consumer {
        requires dev.mapwright.core;
        requires dev.mapwright.sim;
        requires dev.mapwright.zircon;
      }
      """;

  private static final String PROGRAM =
      """
      package consumer;

      import dev.mapwright.core.Access;
      import dev.mapwright.core.CachePolicy;
      import dev.mapwright.core.Fault;
      import dev.mapwright.core.Made;
      import dev.mapwright.core.MemoryFault;
      import dev.mapwright.core.Outcome;
      import dev.mapwright.core.Pages;
      import dev.mapwright.core.Permissions;
      import dev.mapwright.core.check.Invariants;
      import dev.mapwright.core.event.EventLevel;
      import dev.mapwright.core.machine.Cpu;
      import dev.mapwright.core.machine.DeviceHandler;
      import dev.mapwright.core.memory.MemoryObject;
      import dev.mapwright.core.space.AddressSpace;
      import dev.mapwright.core.space.Lease;
      import dev.mapwright.core.space.MapRequest;
      import dev.mapwright.core.space.Placement;
      import dev.mapwright.core.space.Region;
      import dev.mapwright.core.space.Translated;
      import dev.mapwright.sim.SimulatedMachine;
      import dev.mapwright.zircon.Program;
      import dev.mapwright.zircon.Zircon;
      import dev.mapwright.zircon.call.MxCalls;

      final class Uses {
        private Uses() {}

        static int engine() {
          try (SimulatedMachine machine = SimulatedMachine.create(1L << 20)) {
            AddressSpace space = AddressSpace.create(machine, "consumer", 0, 0xffff).get();
            MemoryObject object = MemoryObject.paged(machine, 4).get();
            Region root = space.root();
            Cpu cpu = machine.newCpu();
            cpu.attach(null);
            Made<Lease> lease = space.lease(root.firstPage(), 1, false);
            Translated met = space.translate(0, Access.READ);
            if (lease.outcome() != Outcome.OK || met.reason() != null) {
              Invariants.verify(machine);
            }
            object.release();
            space.close();
          } catch (MemoryFault e) {
            Fault fault = e.fault();
            return fault.hashCode();
          }
          return 0;
        }

        static int calls() {
          try (SimulatedMachine machine = SimulatedMachine.create(1L << 20);
              Zircon zircon = Zircon.boot(machine);
              Program program = zircon.start("consumer")) {
            return MxCalls.mxHandleClose(program.context(), 0);
          }
        }

        static Class<?>[] names() {
          return new Class<?>[] {
            CachePolicy.class, Outcome.class, Pages.class, Permissions.class, EventLevel.class,
            DeviceHandler.class, MapRequest.class, Placement.class
          };
        }
      }
      """;

  @TempDir Path output;

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** What the compiler says: one line an error or warning. */
  private List<String> compile(String program) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(said, Locale.ROOT, null)) {
      files.setLocationFromPaths(
          StandardLocation.MODULE_PATH,
          Stream.of(Pages.class, SimulatedMachine.class, Zircon.class)
              .map(ModularConsumerTest::placeOf)
              .toList());
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of());
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  said,
                  List.of("-Xlint:all", "-Werror"),
                  null,
                  List.of(
                      new Source("module-info", DESCRIPTOR), new Source("consumer/Uses", program)))
              .call();
      List<String> lines =
          said.getDiagnostics().stream()
              .filter(one -> one.getKind() != Diagnostic.Kind.NOTE)
              .map(one -> one.getMessage(Locale.ROOT))
              .toList();
      assertThat(compiled).as("%s", lines).isEqualTo(lines.isEmpty());
      return lines;
    }
  }

  private static Path placeOf(Class<?> one) {
    try {
      return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_module_that_knows_only_ours_compiles_without_a_warning() throws IOException {
    assertThat(compile(PROGRAM)).isEmpty();
  }

  @Test
  void it_can_not_name_what_is_behind_the_faces() throws IOException {
    for (String hidden :
        List.of("engine.EngineSpace", "object.EngineObject", "index.PageTrie", "lock.EngineLock")) {
      String name = "dev.mapwright.core." + hidden;
      String program = "package consumer; final class Uses { %s one; }".formatted(name);
      assertThat(compile(program).stream().collect(Collectors.joining("\n")))
          .contains("is not visible")
          .contains(name.substring(0, name.lastIndexOf('.')));
    }
  }
}
