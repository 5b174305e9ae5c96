package dev.mapwright.proof.lines;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a call of {@link Writes} before each instruction of a class that writes to memory others
 * may know. Beyond that the class does what it did.
 *
 * <p>A method's own object counts from where its constructor has called the one above: before, the
 * verifier lets nobody else have it, and nobody else can know it.
 */
final class Instrument implements CodeTransform {
  private static final ClassDesc WRITES = ClassDesc.of(Writes.class.getName());
  private static final MethodTypeDesc ABOUT_FIELD =
      MethodTypeDesc.of(CD_void, CD_Object, CD_String);
  private static final MethodTypeDesc ABOUT_ELEMENT = MethodTypeDesc.of(CD_void, CD_Object, CD_int);
  private static final MethodTypeDesc ABOUT_OBJECT = MethodTypeDesc.of(CD_void, CD_Object);
  private static final MethodTypeDesc ABOUT_CALL =
      MethodTypeDesc.of(CD_void, CD_String, CD_Object.arrayType());

  private final MethodModel method;

  /** Whether the method's own object may be handed to others yet. */
  private boolean made;

  /** How many objects have been begun, and their constructors not yet called. */
  private int begun;

  private Instrument(MethodModel method) {
    this.method = method;
    made = !method.methodName().equalsString(ConstantDescs.INIT_NAME);
  }

  static byte[] apply(byte[] original) {
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(original);
    return classFile.transformClass(model, Instrument::rewrite);
  }

  private static void rewrite(ClassBuilder builder, ClassElement element) {
    if (element instanceof MethodModel method && method.code().isPresent()) {
      builder.transformMethod(method, MethodTransform.transformingCode(new Instrument(method)));
    } else {
      builder.with(element);
    }
  }

  @Override
  public void atStart(CodeBuilder builder) {
    if (!method.flags().has(AccessFlag.SYNCHRONIZED)) {
      return;
    }
    if (method.flags().has(AccessFlag.STATIC)) {
      builder.ldc(method.parent().orElseThrow().thisClass().asSymbol());
    } else {
      builder.aload(0);
    }
    builder.invokestatic(WRITES, "monitor", ABOUT_OBJECT);
  }

  @Override
  public void accept(CodeBuilder builder, CodeElement element) {
    switch (element) {
      case FieldInstruction field when field.opcode() == Opcode.PUTFIELD -> {
        if (made) {
          TypeKind kind = TypeKind.from(field.typeSymbol());
          int value = builder.allocateLocal(kind);
          builder.storeLocal(kind, value).dup().ldc(field.name().stringValue());
          builder.invokestatic(WRITES, "field", ABOUT_FIELD).loadLocal(kind, value);
        }
      }
      case FieldInstruction field when field.opcode() == Opcode.PUTSTATIC ->
          builder
              .ldc(field.owner().asSymbol())
              .ldc(field.name().stringValue())
              .invokestatic(WRITES, "field", ABOUT_FIELD);
      case ArrayStoreInstruction store -> {
        TypeKind kind = store.typeKind().asLoadable();
        int value = builder.allocateLocal(kind);
        builder.storeLocal(kind, value).dup2().invokestatic(WRITES, "element", ABOUT_ELEMENT);
        builder.loadLocal(kind, value);
      }
      case MonitorInstruction monitor when monitor.opcode() == Opcode.MONITORENTER ->
          builder.dup().invokestatic(WRITES, "monitor", ABOUT_OBJECT);
      case NewObjectInstruction object -> begun++;
      case InvokeInstruction call when call.name().equalsString(ConstantDescs.INIT_NAME) ->
          constructorCalled();
      case InvokeInstruction call when Writes.mayWrite(owner(call), call.name().stringValue()) ->
          tellCall(builder, call);
      case InvokeDynamicInstruction made -> tellReferences(builder, made);
      default -> {}
    }
    builder.with(element);
  }

  /** What a reference to a method of the JDK writes, nobody sees. */
  private static void tellReferences(CodeBuilder builder, InvokeDynamicInstruction made) {
    for (ConstantDesc argument : made.bootstrapArgs()) {
      if (argument instanceof DirectMethodHandleDesc to
          && Writes.mayWrite(name(to.owner()), to.methodName())) {
        builder.ldc(name(to.owner()) + "." + to.methodName());
        builder.invokestatic(WRITES, "reference", MethodTypeDesc.of(CD_void, CD_String));
      }
    }
  }

  private void constructorCalled() {
    if (begun > 0) {
      begun--;
    } else {
      made = true;
    }
  }

  private static String owner(InvokeInstruction call) {
    return name(call.owner().asSymbol());
  }

  private static String name(ClassDesc type) {
    return type.packageName() + "." + type.displayName();
  }

  /** Puts what a call is given into an array for {@link Writes}, and back where it was. */
  private static void tellCall(CodeBuilder builder, InvokeInstruction call) {
    List<ClassDesc> types = new ArrayList<>(call.typeSymbol().parameterList());
    if (call.opcode() != Opcode.INVOKESTATIC) {
      types.addFirst(call.owner().asSymbol());
    }
    int count = types.size();
    int[] places = new int[count];
    for (int i = count - 1; i >= 0; i--) {
      TypeKind kind = TypeKind.from(types.get(i));
      places[i] = builder.allocateLocal(kind);
      builder.storeLocal(kind, places[i]);
    }
    builder.ldc(owner(call) + "." + call.name().stringValue());
    builder.loadConstant(count).anewarray(CD_Object);
    for (int i = 0; i < count; i++) {
      builder.dup().loadConstant(i).loadLocal(TypeKind.from(types.get(i)), places[i]);
      box(builder, types.get(i));
      builder.aastore();
    }
    builder.invokestatic(WRITES, "call", ABOUT_CALL);
    for (int i = 0; i < count; i++) {
      builder.loadLocal(TypeKind.from(types.get(i)), places[i]);
    }
  }

  private static void box(CodeBuilder builder, ClassDesc type) {
    if (type.isPrimitive()) {
      ClassDesc boxed =
          switch (TypeKind.from(type)) {
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            default -> throw new AssertionError(type);
          };
      builder.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, type));
    }
  }
}
