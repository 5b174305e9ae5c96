package dev.mapwright.proof.mutants;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Chosen interleavings: a test is called when a thread is between two steps of a class that knows
 * nothing of tests.
 *
 * <p><b>How.</b> A {@link Point} names an instruction: "in this method of this class, the nth call
 * of that one", and whether the thread is caught before or after it. {@link MutantLoader}, given
 * the point, writes a call of {@link #reached} there while it loads the class; nothing else of the
 * class changes, and the class as everybody else has it does not change at all. The test registers
 * a callback under the point's name with {@link #on}. A point without a callback does nothing.
 *
 * <pre>{@code
 * Point unlinked = Point.before("unlinked", PAGE_TABLES, "settle", "tellUsers", 1);
 * Callable<String> scenario = new MutantLoader(null, unlinked).make(Scenario.class);
 * scenario.call();
 *
 * class Scenario implements Callable<String> {     // its classes are the loader's
 *   public String call() {
 *     Gate gate = new Gate();
 *     Interleaving.on("unlinked", gate);           // stops the first thread that comes there
 *     ... start the thread; gate.awaitArrival(); ... do what is to come between; gate.open();
 *   }
 * }
 * }</pre>
 *
 * <p>A callback runs on the thread that was caught, which may hold locks; what it throws comes out
 * of the instruction. Together with a {@link Mutant} the same scenario shows that a wrong order of
 * steps is noticed: the mutant is written first, then the points, so a point counts what the mutant
 * left.
 *
 * <p>This class is the same in every loader: otherwise a test and the class under test would each
 * have callbacks of their own. The names are one space for the whole process, so tests that use it
 * do not run at the same time, and end with {@link #forgetAll}.
 */
public final class Interleaving {
  private static final ClassDesc HERE = ClassDesc.of(Interleaving.class.getName());
  private static final MethodTypeDesc OF_NAME =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  private static final Map<String, Runnable> CALLBACKS = new ConcurrentHashMap<>();

  private Interleaving() {}

  /** From now on, a thread that comes to the point of this name runs the callback. */
  public static void on(String name, Runnable callback) {
    CALLBACKS.put(name, callback);
  }

  /** Removes one callback. */
  public static void forget(String name) {
    CALLBACKS.remove(name);
  }

  /** Removes every callback. */
  public static void forgetAll() {
    CALLBACKS.clear();
  }

  /** Called by the classes that were given a point. */
  public static void reached(String name) {
    Runnable callback = CALLBACKS.get(name);
    if (callback != null) {
      callback.run();
    }
  }

  /** On which side of its instruction a point lies. */
  public enum Side {
    BEFORE,
    AFTER
  }

  /**
   * A point between two instructions.
   *
   * @param name the callback's name
   * @param className the class, with dots
   * @param methodName the method; all overloads are looked at, in the order of the file
   * @param kind which instructions are counted
   * @param nth which of them, from 1
   * @param side whether the thread is caught before or after it; nothing comes after an instruction
   *     that jumps
   */
  public record Point(
      String name,
      String className,
      String methodName,
      Predicate<CodeElement> kind,
      int nth,
      Side side) {

    /** Just before the nth call of a method, its arguments evaluated already. */
    public static Point before(
        String name, String className, String methodName, String called, int nth) {
      return new Point(name, className, methodName, Mutant.callsOf(called), nth, Side.BEFORE);
    }

    /** Just after the nth call of a method returned. */
    public static Point after(
        String name, String className, String methodName, String called, int nth) {
      return new Point(name, className, methodName, Mutant.callsOf(called), nth, Side.AFTER);
    }

    /** The class with a call of {@link #reached} in it; refuses when there is no such place. */
    byte[] apply(byte[] original) {
      ClassFile classFile = ClassFile.of();
      int[] seen = {0};
      CodeTransform code =
          (builder, element) -> {
            boolean here = kind.test(element) && ++seen[0] == nth;
            if (here && side == Side.BEFORE) {
              builder.ldc(name).invokestatic(HERE, "reached", OF_NAME);
            }
            builder.with(element);
            if (here && side == Side.AFTER) {
              builder.ldc(name).invokestatic(HERE, "reached", OF_NAME);
            }
          };
      byte[] changed =
          classFile.transformClass(
              classFile.parse(original),
              ClassTransform.transformingMethodBodies(
                  method -> method.methodName().equalsString(methodName), code));
      if (seen[0] < nth) {
        throw new IllegalStateException(
            "%s: %s.%s has only %d such instructions"
                .formatted(name, className, methodName, seen[0]));
      }
      return changed;
    }
  }

  /** Instructions that write a field of this name, whoever's it is. */
  public static Predicate<CodeElement> writesOf(String field) {
    return element ->
        element instanceof FieldInstruction access
            && access.opcode().name().startsWith("PUT")
            && access.name().equalsString(field);
  }
}
