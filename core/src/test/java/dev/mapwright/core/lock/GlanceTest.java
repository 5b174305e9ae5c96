package dev.mapwright.core.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.event.Callbacks;
import org.junit.jupiter.api.Test;

/** Looking at what a lock guards without taking it. */
class GlanceTest {
  private final Callbacks callbacks = new Callbacks();
  private final EngineLock lock = new EngineLock(EngineLock.Rank.SPACE, callbacks, true);

  private static boolean canLook(long glance) {
    return (glance & 1) == 0;
  }

  @Test
  void a_look_is_good_until_somebody_takes_the_lock() {
    long glance = lock.lookWithout();
    assertThat(canLook(glance)).isTrue();
    assertThat(lock.unchangedSince(glance)).isTrue();
    lock.lock();
    assertThat(lock.unchangedSince(glance)).isFalse();
    assertThat(canLook(lock.lookWithout())).isFalse();
    lock.unlock();
    assertThat(lock.unchangedSince(glance)).isFalse();
    long next = lock.lookWithout();
    assertThat(canLook(next)).isTrue();
    assertThat(lock.unchangedSince(next)).isTrue();
  }

  @Test
  void taking_it_again_inside_changes_nothing() {
    lock.lock();
    lock.lock();
    lock.unlock();
    assertThat(canLook(lock.lookWithout())).isFalse();
    lock.unlock();
    assertThat(canLook(lock.lookWithout())).isTrue();
  }

  @Test
  void a_machine_of_one_thread_takes_the_lock_always() {
    EngineLock single = new EngineLock(EngineLock.Rank.SPACE, callbacks, false);
    assertThat(canLook(single.lookWithout())).isFalse();
  }

  @Test
  void who_may_not_take_it_may_not_look() {
    callbacks.begin("a visitor of everything", Callbacks.NO_LOCK);
    assertThatThrownBy(lock::lookWithout).isInstanceOf(IllegalStateException.class);
    callbacks.end();
    assertThat(canLook(lock.lookWithout())).isTrue();
  }
}
