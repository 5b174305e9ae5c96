package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Address spaces over a translation that somebody else provides. */
@OnEverySubstrate
class ProvidedTranslationContractTest extends Contract {
  private static final long LAST = 0xFFFFF;

  private final MemoryObject object = object(10);

  ProvidedTranslationContractTest(Substrate substrate) {
    super(substrate);
  }

  private Translation translation() {
    return Objects.requireNonNull(machine.newTranslation(FIRST_PAGE, LAST));
  }

  private Outcome refusal(Translation translation, long first, long last) {
    return AddressSpace.create(machine, "other", first, last, translation).outcome();
  }

  private void mapAt(AddressSpace other, long page) {
    MapRequest wanted = new MapRequest().object(object, 0).pages(4);
    wanted.where().at(page);
    other.root().map(wanted).orThrow();
  }

  @Test
  void it_is_an_address_space_like_any_other_and_closes_what_it_was_given() {
    long before = machine.frames().free();
    Translation translation = translation();
    AddressSpace other = AddressSpace.create(machine, "other", FIRST_PAGE, LAST, translation).get();
    assertThat(other.translation()).isSameAs(translation);
    mapAt(other, 0x2000);
    cpu.attach(other);
    store(Pages.address(0x2001), 77);
    assertThat(get(object, 1)).isEqualTo(77);
    assertThat(translation.entry(0x2001)).isNotZero();
    cpu.attach(null);
    other.close();
    object.decommit(0, 10).orThrow();
    assertThat(machine.frames().free()).isEqualTo(before);
  }

  @Test
  void what_it_can_not_be_made_over_stays_the_callers() {
    Translation translation = translation();
    assertThat(refusal(translation, 10, 9)).isEqualTo(Outcome.INVALID);
    assertThat(refusal(translation, FIRST_PAGE, LAST + 1)).isEqualTo(Outcome.OUTSIDE);
    assertThat(refusal(translation, FIRST_PAGE - 1, LAST)).isEqualTo(Outcome.OUTSIDE);
    assertThat(refusal(space.translation(), FIRST_PAGE, LAST)).isEqualTo(Outcome.IN_USE);
    machine.failures().failNth(1);
    assertThat(refusal(translation, FIRST_PAGE, LAST)).isEqualTo(Outcome.OUT_OF_RECORDS);
    machine.failures().off();
    assertThat(translation.reach(0x3000)).isNotNegative();
    int reading = translation.effective(Permissions.READ);
    translation.install(0x3000, 0x200, reading, CachePolicy.CACHED);
    assertThat(refusal(translation, FIRST_PAGE, LAST)).isEqualTo(Outcome.IN_USE);
    translation.remove(0x3000, 0x3000);
    AddressSpace other = AddressSpace.create(machine, "other", FIRST_PAGE, LAST, translation).get();
    other.close();
  }

  /** Passes everything on, and says how often it was asked to install or remove. */
  private static Translation counting(Translation inner, int[] changes) {
    return (Translation)
        Proxy.newProxyInstance(
            Translation.class.getClassLoader(),
            new Class<?>[] {Translation.class},
            (proxy, method, arguments) -> {
              changes[0] += method.getName().matches("install|remove") ? 1 : 0;
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void a_translation_may_pass_calls_on_and_do_something_more() {
    Translation inner = translation();
    int[] changes = new int[1];
    AddressSpace other =
        AddressSpace.create(machine, "other", FIRST_PAGE, LAST, counting(inner, changes)).get();
    mapAt(other, 0x2000);
    cpu.attach(
        new FaultResolver() {
          @Override
          public Translation translation() {
            return inner;
          }

          @Override
          public @Nullable Fault resolve(long address, Access access) {
            return other.resolve(address, access);
          }
        });
    store(Pages.address(0x2000), 5);
    assertThat(load(Pages.address(0x2000))).isEqualTo(5);
    assertThat(changes[0]).isEqualTo(1);
    other.root().unmap(0x2000, 4).orThrow();
    assertThat(changes[0]).isEqualTo(2);
    cpu.attach(null);
    other.close();
  }
}
