package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdStartTest {
  private static final List<String> INITIALISED = Collections.synchronizedList(new ArrayList<>());

  private static final class First {
    static {
      INITIALISED.add("First");
    }
  }

  private static final class Second {
    static {
      INITIALISED.add("Second");
    }
  }

  /** Sees what is asked for. */
  private static final class Asked extends ClassLoader {
    final List<String> names = new ArrayList<>();

    Asked() {
      super(ColdStartTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      names.add(name);
      if (name.equals("broken")) {
        throw new NoClassDefFoundError(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @TempDir private Path folder;

  @Test
  void classes_are_loaded_in_order_past_those_that_are_gone_and_none_is_initialised()
      throws Exception {
    Path list = folder.resolve("replay.classes");
    List<String> names =
        List.of("no.such.Class", First.class.getName(), "broken", Second.class.getName());
    Files.write(list, names);
    Asked asked = new Asked();
    ColdStart.loadListed(list.toString(), asked);
    assertThat(asked.names).isEqualTo(names);
    assertThat(INITIALISED).isEmpty();
  }

  @Test
  void a_list_that_is_not_there_is_nobody_s_loss() {
    Asked asked = new Asked();
    ColdStart.loadListed(folder.resolve("none").toString(), asked);
    assertThat(asked.names).isEmpty();
  }
}
