package dev.mapwright.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.sim.device.DmaWorld.Wiring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What devices reach memory by, as a device sees it. */
class DmaEngineTest {
  private static final DmaPolicy SCATTERED = new DmaPolicy(5, 50, 0, 0);

  private @Nullable DmaWorld world;

  /** Tags of what was told, negative (less 1) when refused. */
  private final List<Long> told = new ArrayList<>();

  private DmaEngine.Client client = (request, done) -> note(request, done);

  @AfterEach
  void close() {
    if (world != null) {
      world.close();
    }
  }

  private void note(DmaRequest request, boolean done) {
    told.add(done ? request.tag() : -1 - request.tag());
  }

  private DmaWorld world() {
    return Objects.requireNonNull(world);
  }

  private DmaEngine engine(Wiring wiring, long seed, DmaPolicy policy) {
    close();
    told.clear();
    world = new DmaWorld(wiring, seed);
    return new DmaEngine(
        world.machine,
        DmaWorld.REQUESTER,
        DmaFault.NO_PASID,
        policy,
        (request, done) -> client.ended(request, done));
  }

  private Clock clock() {
    return world().machine.clock();
  }

  private static DmaRequest word(long address, int tag) {
    return DmaRequest.write(address, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 0, 8, tag);
  }

  @ParameterizedTest
  @EnumSource
  void requests_of_any_size_and_address_reach_memory(Wiring wiring) {
    DmaEngine engine = engine(wiring, 1, DmaPolicy.inOrder(3));
    long at = world().map(4);
    byte[] bytes = DmaWorld.pattern(9000, 3);
    engine.submit(DmaRequest.write(at + 4095, bytes, 0, 9000, 0));
    clock().advance(3);
    assertThat(world().get(at + 4095, 9000)).isEqualTo(bytes);
    byte[] back = new byte[9002];
    DmaRequest read = DmaRequest.read(at + 4095, back, 1, 9000, 1);
    engine.submit(read);
    engine.submit(DmaRequest.read(at + 4094, back, 0, 1, 2));
    engine.submit(DmaRequest.read(-1, back, 0, 0, 3));
    clock().advance(3);
    assertThat(back[0]).isZero();
    assertThat(Arrays.copyOfRange(back, 1, 9001)).isEqualTo(bytes);
    assertThat(back[9001]).isZero();
    assertThat(told).containsExactly(0L, 1L, 2L, 3L);
    assertThat(read.done()).isEqualTo(9000);
    assertThat(read.tries()).isEqualTo(1);
    assertThat(read.fault()).isNull();
    assertThat(read.kind()).isEqualTo(DmaRequest.Kind.READ);
    assertThat(read.bytes()).isEqualTo(9000);
  }

  @ParameterizedTest
  @EnumSource
  void atomics_change_a_word_and_keep_what_was_there(Wiring wiring) {
    DmaEngine engine = engine(wiring, 1, DmaPolicy.inOrder(1));
    long at = world().map(1);
    world().putLong(at, 0xFFFF_FFFF_0000_0005L);
    DmaRequest add = DmaRequest.fetchAndAdd(at, 8, 7, 0);
    DmaRequest narrow = DmaRequest.fetchAndAdd(at + 4, 4, 1, 1);
    DmaRequest swap = DmaRequest.compareAndSwap(at, 8, 12, -2, 2);
    DmaRequest vain = DmaRequest.compareAndSwap(at, 4, 12, 0, 3);
    for (DmaRequest request : List.of(add, narrow, swap, vain)) {
      engine.submit(request);
    }
    clock().advance(1);
    assertThat(told).containsExactly(0L, 1L, 2L, 3L);
    assertThat(add.before()).isEqualTo(0xFFFF_FFFF_0000_0005L);
    assertThat(narrow.before()).isEqualTo(0xFFFF_FFFFL);
    assertThat(swap.before()).isEqualTo(12);
    assertThat(vain.before()).isEqualTo(0xFFFF_FFFEL);
    assertThat(world().getLong(at)).isEqualTo(-2);
  }

  @Test
  void nothing_is_accessed_before_its_step() {
    DmaEngine engine = engine(Wiring.PHYSICAL, 1, DmaPolicy.inOrder(10));
    long at = world().map(1);
    engine.submit(word(at, 0));
    clock().advance(4);
    engine.submit(word(at + 8, 1));
    assertThat(engine.inFlight()).isEqualTo(2);
    clock().advance(5);
    assertThat(world().getLong(at)).isZero();
    clock().advance(1);
    assertThat(world().getLong(at)).isEqualTo(0x0807_0605_0403_0201L);
    assertThat(told).containsExactly(0L);
    assertThat(clock().next()).isEqualTo(14);
    clock().advance(4);
    assertThat(told).containsExactly(0L, 1L);
    assertThat(engine.inFlight()).isZero();
    assertThat(clock().next()).isEqualTo(Clock.NEVER);
  }

  private List<Long> orderOf(long seed, DmaPolicy policy) {
    DmaEngine engine = engine(Wiring.PHYSICAL, seed, policy);
    long at = world().map(1);
    for (int i = 0; i < 40; i++) {
      engine.submit(word(at + 8L * i, i));
    }
    world().rest();
    assertThat(told).hasSize(40);
    return List.copyOf(told);
  }

  @Test
  void the_order_follows_from_the_seed_and_from_nothing_else() {
    List<Long> order = orderOf(7, SCATTERED);
    assertThat(order).isNotEqualTo(orderOf(7, DmaPolicy.inOrder(20)));
    assertThat(orderOf(7, SCATTERED)).isEqualTo(order);
    assertThat(orderOf(8, SCATTERED)).isNotEqualTo(order);
    assertThat(orderOf(8, DmaPolicy.inOrder(20))).isSorted();
  }

  @Test
  void requests_take_from_the_least_to_the_most_steps_inclusive() {
    DmaEngine engine = engine(Wiring.PHYSICAL, 3, new DmaPolicy(5, 7, 0, 0));
    long at = world().map(1);
    List<Long> steps = new ArrayList<>();
    client = (request, done) -> steps.add(clock().now());
    for (int i = 0; i < 60; i++) {
      engine.submit(word(at, i));
    }
    world().rest();
    assertThat(steps).contains(5L, 6L, 7L).allMatch(step -> step >= 5 && step <= 7).hasSize(60);
  }

  @Test
  void what_is_refused_is_dropped_and_the_device_is_told_why() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, DmaPolicy.inOrder(2));
    long at = world().map(1);
    long readOnly = world().map(1, Permissions.READ);
    world().putLong(at + 0xFF8, 9);
    byte[] into = new byte[100];
    DmaRequest crossing = DmaRequest.read(at + 0xFF8, into, 0, 100, 0);
    DmaRequest denied = DmaRequest.fetchAndAdd(readOnly, 8, 1, 1);
    engine.submit(crossing);
    engine.submit(denied);
    clock().advance(2);
    assertThat(told).containsExactly(-1L, -2L);
    DmaFault fault = Objects.requireNonNull(crossing.fault());
    assertThat(fault.address()).isEqualTo(at + 0x1000);
    assertThat(fault.access()).isEqualTo(Access.READ);
    assertThat(fault.reason()).isEqualTo(DmaFault.Reason.NOT_MAPPED);
    assertThat(fault.step()).isEqualTo(2);
    assertThat(crossing.done()).isEqualTo(8);
    assertThat(into[0]).isEqualTo((byte) 9);
    assertThat(Objects.requireNonNull(denied.fault()).reason()).isEqualTo(DmaFault.Reason.DENIED);
    assertThat(denied.done()).isZero();
    assertThat(world().told).containsExactly(fault, denied.fault());
    assertThat(clock().next()).isEqualTo(Clock.NEVER);
  }

  @Test
  void what_is_refused_is_tried_again_as_often_as_the_policy_says() {
    DmaEngine engine = engine(Wiring.SCALABLE, 1, DmaPolicy.inOrder(2).retrying(3, 10));
    DmaRequest vain = word(0x5000, 0);
    engine.submit(vain);
    clock().advance(31);
    assertThat(told).isEmpty();
    assertThat(vain.tries()).isEqualTo(3);
    clock().advance(1);
    assertThat(told).containsExactly(-1L);
    assertThat(vain.tries()).isEqualTo(4);
    assertThat(world().told).extracting(DmaFault::step).containsExactly(2L, 12L, 22L, 32L);
    clock().advance(100);
    assertThat(told).hasSize(1);
  }

  @Test
  void a_later_try_goes_on_where_the_one_before_was_refused() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, DmaPolicy.inOrder(2).retrying(1, 10));
    long at = world().map(1);
    byte[] bytes = DmaWorld.pattern(5000, 1);
    DmaRequest write = DmaRequest.write(at + 4, bytes, 0, 5000, 0);
    engine.submit(write);
    clock().advance(2);
    assertThat(write.done()).isEqualTo(4092);
    world().putLong(at + 8, 77);
    world().mapAt((at >> 12) + 1, 1, Permissions.READ_WRITE);
    clock().advance(10);
    assertThat(told).containsExactly(0L);
    assertThat(write.fault()).isNull();
    assertThat(write.done()).isEqualTo(5000);
    assertThat(world().getLong(at + 8)).as("what was done is not done again").isEqualTo(77);
    assertThat(world().get(at + 4096, 908)).isEqualTo(Arrays.copyOfRange(bytes, 4092, 5000));
  }

  @Test
  void what_is_forgotten_is_never_made_and_never_told() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, SCATTERED.retrying(5, 3));
    long at = world().map(1);
    DmaRequest good = word(at, 0);
    DmaRequest bad = word(0x5000, 1);
    engine.submit(good);
    engine.submit(bad);
    engine.forget();
    assertThat(good.forgotten()).isTrue();
    assertThat(engine.inFlight()).isZero();
    assertThat(clock().next()).isEqualTo(Clock.NEVER);
    clock().advance(200);
    assertThat(told).isEmpty();
    assertThat(world().told).isEmpty();
    assertThat(world().getLong(at)).isZero();
    DmaRequest later = word(at + 8, 2);
    assertThat(later.forgotten()).isFalse();
    engine.submit(later);
    assertThat(later.forgotten()).isFalse();
    clock().advance(50);
    assertThat(told).containsExactly(2L);
  }

  @Test
  void what_is_forgotten_while_it_is_made_is_neither_told_nor_tried_again() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, DmaPolicy.inOrder(1).retrying(5, 3));
    Iommu iommu = Objects.requireNonNull(world().machine.iommu());
    iommu.listen(fault -> engine.forget());
    engine.submit(word(0x5000, 0));
    clock().advance(100);
    assertThat(told).isEmpty();
    assertThat(world().told).hasSize(1);
    DmaEngine dropping =
        new DmaEngine(
            world().machine, DmaWorld.REQUESTER, DmaFault.NO_PASID, DmaPolicy.inOrder(1), client);
    iommu.listen(fault -> dropping.forget());
    dropping.submit(word(0x5000, 0));
    clock().advance(100);
    assertThat(told).isEmpty();
    assertThat(world().told).hasSize(2);
  }

  @Test
  void whoever_is_told_may_submit_let_time_pass_and_is_under_no_lock() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, DmaPolicy.inOrder(4));
    long at = world().map(1);
    Objects.requireNonNull(world().machine.iommu())
        .listen(fault -> {
          assertThat(Thread.holdsLock(engine)).isFalse();
          clock().advance(1);
        });
    client =
        (request, done) -> {
          assertThat(Thread.holdsLock(engine)).isFalse();
          note(request, done);
          if (request.tag() < 3) {
            engine.submit(word(done ? 0x5000 : at, (int) request.tag() + 1));
            clock().advance(4);
          }
        };
    engine.submit(word(at, 0));
    clock().advance(4);
    assertThat(told).containsExactly(0L, -2L, 2L, -4L);
  }

  @Test
  void a_listener_that_throws_leaves_the_device_told_and_the_rest_to_the_next_advance() {
    DmaEngine engine = engine(Wiring.LEGACY, 1, DmaPolicy.inOrder(4).retrying(2, 1));
    long at = world().map(1);
    Objects.requireNonNull(world().machine.iommu())
        .listen(fault -> {
          throw new IllegalStateException("nasty");
        });
    DmaRequest bad = word(0x5000, 0);
    engine.submit(bad);
    engine.submit(word(at, 1));
    assertThatThrownBy(() -> clock().advance(9)).hasMessage("nasty");
    assertThat(told).containsExactly(-1L);
    assertThat(bad.fault()).isNull();
    clock().advance(0);
    assertThat(told).containsExactly(-1L, 1L);
    client =
        (request, done) -> {
          throw new IllegalStateException("device");
        };
    engine.submit(word(at, 2));
    engine.submit(word(at + 8, 3));
    assertThatThrownBy(() -> clock().advance(4)).hasMessage("device");
    assertThat(engine.inFlight()).isEqualTo(1);
  }

  @Test
  void at_the_end_of_all_time_requests_come_at_its_last_step() {
    DmaEngine engine = engine(Wiring.PHYSICAL, 1, DmaPolicy.inOrder(40).retrying(3, 30));
    long at = world().map(1);
    clock().advance(Clock.NEVER - 11);
    engine.submit(word(at, 0));
    engine.submit(word(-8, 1));
    clock().advance(10);
    assertThat(told).containsExactly(0L, -2L);
    assertThat(clock().now()).isEqualTo(Clock.NEVER - 1);
  }

  @ParameterizedTest
  @EnumSource
  void random_requests_are_done_or_refused_and_never_throw(Wiring wiring) {
    DmaEngine engine = engine(wiring, 5, new DmaPolicy(0, 9, 1, 2));
    long at = world().map(3);
    Random random = new Random(11);
    int[] ends = new int[2];
    client = (request, done) -> ends[done ? 1 : 0]++;
    for (int i = 0; i < 4000; i++) {
      long address =
          switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> -1L - random.nextInt(9000);
            case 2 -> random.nextLong() >>> random.nextInt(64);
            default -> at + random.nextInt(3 << 12);
          };
      int bytes = random.nextInt(3) == 0 ? random.nextInt(20_000) : random.nextInt(17);
      int word = random.nextBoolean() ? 4 : 8;
      engine.submit(
          switch (random.nextInt(4)) {
            case 0 -> DmaRequest.read(address, new byte[bytes], 0, bytes, i);
            case 1 -> DmaRequest.fetchAndAdd(address & -word, word, random.nextLong(), i);
            case 2 -> DmaRequest.compareAndSwap(address & -word, word, 0, random.nextLong(), i);
            default -> DmaRequest.write(address, new byte[bytes], 0, bytes, i);
          });
    }
    world().rest();
    assertThat(ends[0] + ends[1]).isEqualTo(4000);
    assertThat(ends[0]).isGreaterThan(500);
    assertThat(ends[1]).isGreaterThan(500);
  }

  @Test
  void what_is_no_request_is_refused() {
    DmaEngine engine = engine(Wiring.PHYSICAL, 1, DmaPolicy.inOrder(1));
    DmaRequest once = word(0x40_0000, 0);
    engine.submit(once);
    assertThatThrownBy(() -> engine.submit(once)).isInstanceOf(IllegalStateException.class);
    byte[] ten = new byte[10];
    assertThatThrownBy(() -> DmaRequest.read(0, ten, 3, 8, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> DmaRequest.write(0, ten, 0, -1, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    for (int bytes : new int[] {0, 1, 2, 16}) {
      assertThatThrownBy(() -> DmaRequest.fetchAndAdd(0, bytes, 1, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> DmaRequest.compareAndSwap(4, 8, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (long[] bad : new long[][] {{-1, 0, 0, 0}, {3, 2, 0, 0}, {0, 0, -1, 0}, {0, 0, 0, -1}}) {
      assertThatThrownBy(() -> new DmaPolicy(bad[0], bad[1], (int) bad[2], bad[3]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> DmaPolicy.inOrder((1L << 48) + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(DmaPolicy.inOrder(3).within(1, 9).retrying(2, 4))
        .isEqualTo(new DmaPolicy(1, 9, 2, 4));
    assertThatThrownBy(() ->
            new DmaEngine(
                world().machine, 0x10000, DmaFault.NO_PASID, DmaPolicy.inOrder(1), client))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
