package dev.mapwright.proof.mutants;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.function.Predicate;

/**
 * One defect: in one method of one class, the nth instruction of a kind becomes something else.
 *
 * @param name what the defect is, as a person would say it
 * @param className the class, with dots
 * @param methodName the method; all overloads are looked at, in the order of the file
 * @param kind which instructions are counted
 * @param nth which of them, from 1
 * @param change what is written in its place
 */
public record Mutant(
    String name,
    String className,
    String methodName,
    Predicate<CodeElement> kind,
    int nth,
    Change change) {

  /** Writes something in place of an instruction. */
  @FunctionalInterface
  public interface Change {
    /** The stack must be left as the original instruction leaves it. */
    void write(CodeBuilder builder, CodeElement original);
  }

  /** Calls of a method of this name, whoever's it is. */
  public static Predicate<CodeElement> callsOf(String method) {
    return element ->
        element instanceof InvokeInstruction call && call.name().stringValue().equals(method);
  }

  /** The class with the defect in it; refuses when there is no such instruction. */
  byte[] apply(byte[] original) {
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(original);
    int[] seen = {0};
    CodeTransform code =
        (builder, element) -> {
          if (kind.test(element) && ++seen[0] == nth) {
            change.write(builder, element);
          } else {
            builder.with(element);
          }
        };
    byte[] changed =
        classFile.transformClass(
            model,
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
