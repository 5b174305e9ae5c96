import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes classes of lambdas, as the compiler made them before there was an instruction that has the
 * JVM make them when they are first needed. That costs the first lambda of a process several
 * milliseconds, and each further one half of one, wherever there is no start-up cache that has
 * them.
 *
 * <p>A lambda's class has a field for each captured value and one method, which calls what the
 * lambda stands for. It is in the nest of the class that has the lambda, so that it may call what
 * is private there. A lambda that captures nothing is one object, as it was. Lambdas that are
 * serializable, or have further interfaces, stay what they are.
 */
final class LambdaClasses {
  private static final ClassDesc FACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
  private static final String MAKE = "make";
  private static final String ONLY = "ONLY";

  private static final Map<ClassDesc, ClassDesc> BOXES =
      Map.of(
          ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
          ConstantDescs.CD_byte, ConstantDescs.CD_Byte,
          ConstantDescs.CD_char, ConstantDescs.CD_Character,
          ConstantDescs.CD_short, ConstantDescs.CD_Short,
          ConstantDescs.CD_int, ConstantDescs.CD_Integer,
          ConstantDescs.CD_long, ConstantDescs.CD_Long,
          ConstantDescs.CD_float, ConstantDescs.CD_Float,
          ConstantDescs.CD_double, ConstantDescs.CD_Double);

  private final ClassFile classFile;

  /** By the name of its file. */
  private final Map<String, byte[]> classes = new LinkedHashMap<>();

  /** What was added to a nest, by the name of its host's file. */
  private final Map<String, List<ClassDesc>> added = new TreeMap<>();

  LambdaClasses(ClassFile classFile) {
    this.classFile = classFile;
  }

  /** Takes a class and makes those of its lambdas. */
  void add(String name, byte[] bytes) {
    ClassModel model = classFile.parse(bytes);
    int before = classes.size();
    byte[] changed =
        classFile.transformClass(
            model,
            ClassTransform.transformingMethodBodies(
                LambdaClasses::hasLambda,
                (code, element) -> {
                  if (element instanceof InvokeDynamicInstruction call && isLambda(call)) {
                    code.invokestatic(made(model, call), MAKE, call.typeSymbol());
                  } else {
                    code.with(element);
                  }
                }));
    classes.put(name, classes.size() == before ? bytes : changed);
  }

  /** All classes by the names of their files: those that were taken, and those of lambdas. */
  Map<String, byte[]> all() {
    added.forEach((host, members) ->
        classes.computeIfPresent(
            host,
            (name, bytes) -> {
              ClassModel model = classFile.parse(bytes);
              return classFile.transformClass(model, withNest(model, members));
            }));
    return classes;
  }

  private static ClassTransform withNest(ClassModel model, List<ClassDesc> more) {
    List<ClassDesc> members = new ArrayList<>();
    model
        .findAttribute(Attributes.nestMembers())
        .ifPresent(nest -> nest.nestMembers().forEach(member -> members.add(member.asSymbol())));
    members.addAll(more);
    return ClassTransform.dropping(element -> element instanceof NestMembersAttribute)
        .andThen(
            ClassTransform.endHandler(
                builder -> builder.with(NestMembersAttribute.ofSymbols(members))));
  }

  private static boolean hasLambda(MethodModel method) {
    return method
        .code()
        .filter(code ->
            code.elementStream()
                .anyMatch(
                    element -> element instanceof InvokeDynamicInstruction call && isLambda(call)))
        .isPresent();
  }

  private static boolean isLambda(InvokeDynamicInstruction call) {
    DirectMethodHandleDesc factory = call.bootstrapMethod();
    return factory.owner().equals(FACTORY)
        && factory.methodName().equals("metafactory")
        && switch (target(call).kind()) {
          case GETTER, SETTER, STATIC_GETTER, STATIC_SETTER -> false;
          default -> true;
        };
  }

  /** What a lambda calls. */
  private static DirectMethodHandleDesc target(InvokeDynamicInstruction call) {
    return (DirectMethodHandleDesc) call.bootstrapArgs().get(1);
  }

  private ClassDesc made(ClassModel host, InvokeDynamicInstruction call) {
    ClassDesc nest =
        host.findAttribute(Attributes.nestHost())
            .map(attribute -> attribute.nestHost().asSymbol())
            .orElse(host.thisClass().asSymbol());
    String path = host.thisClass().asInternalName() + "$Lambda" + classes.size();
    ClassDesc lambda = ClassDesc.ofDescriptor("L" + path + ";");
    byte[] bytes =
        classFile.build(
            lambda,
            builder -> {
              builder
                  .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
                  .withInterfaceSymbols(call.typeSymbol().returnType())
                  .with(NestHostAttribute.of(nest));
              build(builder, lambda, call);
            });
    classes.put(path + ".class", bytes);
    added.computeIfAbsent(fileOf(nest), key -> new ArrayList<>()).add(lambda);
    return lambda;
  }

  private static String fileOf(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1) + ".class";
  }

  private static void build(ClassBuilder builder, ClassDesc lambda, InvokeDynamicInstruction call) {
    List<ConstantDesc> facts = call.bootstrapArgs();
    MethodTypeDesc erased = (MethodTypeDesc) facts.get(0);
    MethodTypeDesc actual = (MethodTypeDesc) facts.get(2);
    List<ClassDesc> captured = call.typeSymbol().parameterList();
    MethodTypeDesc constructor = call.typeSymbol().changeReturnType(ConstantDescs.CD_void);
    for (int i = 0; i < captured.size(); i++) {
      builder.withField(field(i), captured.get(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
    }
    builder.withMethodBody(
        ConstantDescs.INIT_NAME,
        constructor,
        ClassFile.ACC_PRIVATE,
        code -> {
          code.aload(0)
              .invokespecial(
                  ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
          for (int i = 0; i < captured.size(); i++) {
            code.aload(0)
                .loadLocal(TypeKind.from(captured.get(i)), code.parameterSlot(i))
                .putfield(lambda, field(i), captured.get(i));
          }
          code.return_();
        });
    if (captured.isEmpty()) {
      buildOnly(builder, lambda, constructor);
    }
    builder.withMethodBody(
        MAKE,
        call.typeSymbol(),
        ClassFile.ACC_STATIC,
        code -> {
          if (captured.isEmpty()) {
            code.getstatic(lambda, ONLY, lambda);
          } else {
            code.new_(lambda).dup();
            for (int i = 0; i < captured.size(); i++) {
              code.loadLocal(TypeKind.from(captured.get(i)), code.parameterSlot(i));
            }
            code.invokespecial(lambda, ConstantDescs.INIT_NAME, constructor);
          }
          code.areturn();
        });
    builder.withMethodBody(
        call.name().stringValue(),
        erased,
        ClassFile.ACC_PUBLIC,
        code -> call(code, lambda, captured, target(call), erased, actual));
  }

  private static void buildOnly(
      ClassBuilder builder, ClassDesc lambda, MethodTypeDesc constructor) {
    builder.withField(ONLY, lambda, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
    builder.withMethodBody(
        ConstantDescs.CLASS_INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_STATIC,
        code ->
            code.new_(lambda)
                .dup()
                .invokespecial(lambda, ConstantDescs.INIT_NAME, constructor)
                .putstatic(lambda, ONLY, lambda)
                .return_());
  }

  private static String field(int captured) {
    return "captured" + captured;
  }

  /** The one method: what was captured and its own arguments become the target's. */
  private static void call(
      CodeBuilder code,
      ClassDesc lambda,
      List<ClassDesc> captured,
      DirectMethodHandleDesc target,
      MethodTypeDesc erased,
      MethodTypeDesc actual) {
    boolean makes = target.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
    // Of a constructor, what it returns is what is made; of others the receiver comes first.
    MethodTypeDesc taken = target.invocationType();
    if (makes) {
      code.new_(target.owner()).dup();
    }
    for (int i = 0; i < taken.parameterCount(); i++) {
      ClassDesc wanted = taken.parameterType(i);
      if (i < captured.size()) {
        code.aload(0).getfield(lambda, field(i), captured.get(i));
        convert(code, captured.get(i), wanted);
      } else {
        int own = i - captured.size();
        ClassDesc given = erased.parameterType(own);
        code.loadLocal(TypeKind.from(given), code.parameterSlot(own));
        convert(code, given, actual.parameterType(own));
        convert(code, actual.parameterType(own), wanted);
      }
    }
    invoke(code, target);
    ClassDesc result = taken.returnType();
    if (erased.returnType().equals(ConstantDescs.CD_void)) {
      drop(code, result);
    } else {
      convert(code, result, actual.returnType());
      convert(code, actual.returnType(), erased.returnType());
    }
    code.return_(TypeKind.from(erased.returnType()));
  }

  private static void drop(CodeBuilder code, ClassDesc result) {
    switch (TypeKind.from(result).slotSize()) {
      case 1 -> code.pop();
      case 2 -> code.pop2();
      default -> {}
    }
  }

  private static void invoke(CodeBuilder code, DirectMethodHandleDesc target) {
    Opcode how =
        switch (target.kind()) {
          case STATIC, INTERFACE_STATIC -> Opcode.INVOKESTATIC;
          case CONSTRUCTOR -> Opcode.INVOKESPECIAL;
          case INTERFACE_VIRTUAL, INTERFACE_SPECIAL -> Opcode.INVOKEINTERFACE;
          // A method called specially is a private one: others of the nest call it virtually.
          default -> Opcode.INVOKEVIRTUAL;
        };
    String name = how == Opcode.INVOKESPECIAL ? ConstantDescs.INIT_NAME : target.methodName();
    code.invoke(
        how,
        target.owner(),
        name,
        MethodTypeDesc.ofDescriptor(target.lookupDescriptor()),
        target.isOwnerInterface());
  }

  /** What is on the stack becomes a value of another type, as an assignment or a cast does it. */
  private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to) {
    if (from.equals(to)) {
      return;
    }
    if (from.isPrimitive() && to.isPrimitive()) {
      code.conversion(TypeKind.from(from), TypeKind.from(to));
    } else if (from.isPrimitive()) {
      ClassDesc box = BOXES.get(from);
      code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
    } else if (to.isPrimitive()) {
      unbox(code, from, to);
    } else if (!to.equals(ConstantDescs.CD_Object)) {
      code.checkcast(to);
    }
  }

  private static void unbox(CodeBuilder code, ClassDesc from, ClassDesc to) {
    ClassDesc value = to;
    for (Map.Entry<ClassDesc, ClassDesc> box : BOXES.entrySet()) {
      if (box.getValue().equals(from)) {
        value = box.getKey();
      }
    }
    ClassDesc box = BOXES.get(value);
    if (!box.equals(from)) {
      code.checkcast(box);
    }
    code.invokevirtual(box, value.displayName() + "Value", MethodTypeDesc.of(value));
    if (!value.equals(to)) {
      code.conversion(TypeKind.from(value), TypeKind.from(to));
    }
  }
}
