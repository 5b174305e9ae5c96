package dev.mapwright.proof.zircon;

import dev.mapwright.core.failure.FailurePoints;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * A machine under test of which one acquisition fails in each call: the nth. Everything that only
 * looks at the machine is left in peace.
 */
final class Starving {
  private static final Set<String> LOOKS =
      Set.of("boot", "peek", "mappings", "checkInvariants", "endEverything", "close");

  private final ZirconSubject machine;
  private long nth = 1;

  Starving(ZirconSubject machine) {
    this.machine = machine;
  }

  /** The acquisition that fails from now on, counted from 1; 0 for none. */
  void failNth(long which) {
    nth = which;
  }

  /** The machine, each of whose calls fails at the nth acquisition. */
  Subject subject() {
    return (Subject)
        Proxy.newProxyInstance(
            Subject.class.getClassLoader(),
            new Class<?>[] {Subject.class},
            (proxy, method, arguments) -> {
              boolean starve = nth != 0 && !LOOKS.contains(method.getName());
              FailurePoints points = machine.machine().failures();
              if (starve) {
                points.failNth(nth);
              }
              boolean disturbed;
              Object result;
              try {
                result = method.invoke(machine, arguments);
                disturbed = points.refused() > 0;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                points.off();
              }
              if (disturbed && result.equals(Status.NO_MEMORY)) {
                throw new Refused(name(method, arguments));
              }
              // Anything else is an answer that the call gives with all the memory of the world.
              return result;
            });
  }

  private static String name(Method method, Object[] arguments) {
    return arguments[0] instanceof MxCall call
        ? call.getClass().getEnclosingClass().getSimpleName()
        : method.getName();
  }

  /** A call was refused because an acquisition failed; the model has not followed it. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String call) {
      super(call);
    }
  }
}
