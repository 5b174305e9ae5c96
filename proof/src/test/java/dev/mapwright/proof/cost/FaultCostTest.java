package dev.mapwright.proof.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a page fault does to the tables, and what it takes of the heap. */
class FaultCostTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is asked without looking at the tables: about the format, or for an address. */
  private static final Set<String> NO_VISITS =
      Set.of("translatable", "effective", "lowestTableLog2Pages", "tablesFor");

  private final SimulatedMachine simulated = SimulatedMachine.builder().ram(0x100, 1 << 15).build();
  private final List<String> visits = new ArrayList<>();
  private final Machine machine =
      watched(Machine.class, simulated, name -> {}, this::watchedTranslation);
  private final MapRequest request = new MapRequest();

  @AfterEach
  void close() {
    simulated.close();
  }

  /** Something that does as another one, and says what it was asked. */
  private static <T> T watched(
      Class<T> type,
      T target,
      java.util.function.Consumer<String> told,
      Function<Object, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              told.accept(method.getName());
              try {
                Object result = method.invoke(target, arguments);
                return result == null ? null : answer.apply(result);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  private Object watchedTranslation(Object made) {
    return made instanceof Translation translation
        ? watched(Translation.class, translation, this::visited, result -> result)
        : made;
  }

  private void visited(String method) {
    if (!NO_VISITS.contains(method)) {
      visits.add(method);
    }
  }

  private AddressSpace space(Machine on) {
    return AddressSpace.create(on, "space", 0x1000, 0x7_FFFF_FFFEL).get();
  }

  private void map(AddressSpace space, MemoryObject object, long pages, long at) {
    request.clear().object(object, 0).pages(pages).permissions(Permissions.READ_WRITE);
    request.where().at(at);
    space.root().map(request).orThrow();
  }

  private List<String> visitsOf(AddressSpace space, long page, Access access) {
    visits.clear();
    assertThat(space.resolve(Pages.address(page), access)).isNull();
    return List.copyOf(visits);
  }

  @Test
  void a_fault_comes_to_the_tables_twice() {
    AddressSpace space = space(machine);
    MemoryObject object = MemoryObject.paged(machine, 10).get();
    map(space, object, 10, 0x5000);
    assertThat(visitsOf(space, 0x5000, Access.WRITE)).containsExactly("reach", "install");
    assertThat(visitsOf(space, 0x5001, Access.WRITE)).containsExactly("reach", "install");
    assertThat(visitsOf(space, 0x5002, Access.READ)).containsExactly("reach", "install");
  }

  @Test
  void zeros_that_were_shown_are_forgotten_before_the_page_gets_its_frame() {
    AddressSpace space = space(machine);
    MemoryObject object = MemoryObject.paged(machine, 10).get();
    map(space, object, 10, 0x5000);
    visitsOf(space, 0x5002, Access.READ);
    List<String> write = visitsOf(space, 0x5002, Access.WRITE);
    assertThat(write).startsWith("reach").contains("remove").endsWith("install");
  }

  @Test
  void somebody_else_who_shows_the_object_is_asked_once_to_forget_the_page() {
    AddressSpace one = space(machine);
    AddressSpace other = space(machine);
    MemoryObject object = MemoryObject.paged(machine, 10).get();
    map(one, object, 10, 0x5000);
    map(other, object, 10, 0x9000);
    visitsOf(other, 0x9000, Access.READ);
    assertThat(visitsOf(one, 0x5001, Access.WRITE)).containsExactly("reach", "remove", "install");
    assertThat(visitsOf(one, 0x5000, Access.WRITE)).containsExactly("reach", "remove", "install");
  }

  @Test
  void a_fault_takes_nothing_of_the_heap() {
    AddressSpace space = space(simulated);
    Cpu cpu = simulated.newCpu();
    cpu.attach(space);
    int pages = 1 << 9;
    MemoryObject object = MemoryObject.paged(simulated, pages).get();
    map(space, object, pages, 0x5000);
    int free = 0;
    for (int round = 0; round < 20; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int page = 0; page < pages; page++) {
        cpu.store(Pages.address(0x5000 + page), 8, page);
      }
      long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      free += taken == 0 ? 1 : 0;
      assertThat(object.committedPages()).isEqualTo(pages);
      object.decommit(0, pages).orThrow();
    }
    // The first rounds load classes, and make nodes and rings as large as they get; now and then
    // the JVM itself takes a few bytes. What a fault takes would be in every round.
    assertThat(free).isGreaterThan(10);
    cpu.attach(null);
  }
}
