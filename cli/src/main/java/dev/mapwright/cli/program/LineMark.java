package dev.mapwright.cli.program;

import java.io.ByteArrayInputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Has something called each time before a line of a program is carried out: a call is put into the
 * program's code where the line begins.
 *
 * <p>The program's classes may not be able to see ours, but all can see the system's properties. So
 * what is called stands there, as an object, under {@link #PROPERTY}.
 */
final class LineMark {
  /** Where the {@link Runnable} stands that is called. */
  private static final String PROPERTY = "dev.mapwright.line";

  private static final ClassDesc OBJECT = ClassDesc.of("java.lang.Object");
  private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");
  private static final ClassDesc PROPERTIES = ClassDesc.of("java.util.Properties");

  private LineMark() {}

  /** The lines of a source file that have code, in classes that are compiled from it. */
  static NavigableSet<Integer> linesOf(Map<String, byte[]> classes, String fileName) {
    NavigableSet<Integer> lines = new TreeSet<>();
    for (byte[] bytes : classes.values()) {
      ClassModel model = ClassFile.of().parse(bytes);
      if (!isOf(model, fileName)) {
        continue;
      }
      for (MethodModel method : model.methods()) {
        method
            .code()
            .ifPresent(code -> {
              for (CodeElement element : code) {
                if (element instanceof LineNumber number) {
                  lines.add(number.line());
                }
              }
            });
      }
    }
    return lines;
  }

  private static boolean isOf(ClassModel model, String fileName) {
    return model
        .findAttribute(Attributes.sourceFile())
        .map(source -> source.sourceFile().equalsString(fileName))
        .orElse(false);
  }

  /** The classes with the calls in them. */
  static Map<String, byte[]> put(
      Map<String, byte[]> classes, String fileName, int line, Runnable reached) {
    System.getProperties().put(PROPERTY, reached);
    ClassHierarchyResolver own =
        ClassHierarchyResolver.ofResourceParsing(type -> {
          byte[] bytes = classes.get(nameOf(type));
          return bytes == null ? null : new ByteArrayInputStream(bytes);
        });
    ClassFile files =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                own.orElse(ClassHierarchyResolver.defaultResolver())));
    Map<String, byte[]> marked = new LinkedHashMap<>();
    classes.forEach((name, bytes) -> {
      ClassModel model = files.parse(bytes);
      marked.put(
          name,
          isOf(model, fileName)
              ? files.transformClass(
                  model,
                  ClassTransform.transformingMethodBodies((code, element) -> {
                    code.with(element);
                    if (element instanceof LineNumber number && number.line() == line) {
                      call(code);
                    }
                  }))
              : bytes);
    });
    return marked;
  }

  private static String nameOf(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
  }

  private static void call(CodeBuilder code) {
    code.invokestatic(
            ClassDesc.of("java.lang.System"), "getProperties", MethodTypeDesc.of(PROPERTIES))
        .ldc(PROPERTY)
        .invokevirtual(PROPERTIES, "get", MethodTypeDesc.of(OBJECT, OBJECT))
        .checkcast(RUNNABLE)
        .invokeinterface(RUNNABLE, "run", MethodTypeDesc.ofDescriptor("()V"));
  }

  /** Takes away what was to be called. */
  static void clear() {
    System.getProperties().remove(PROPERTY);
  }
}
