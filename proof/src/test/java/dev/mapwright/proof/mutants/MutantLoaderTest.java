package dev.mapwright.proof.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MutantLoaderTest {
  /** Something to spoil. */
  public static final class Sum implements IntBinaryOperator {
    @Override
    public int applyAsInt(int left, int right) {
      return left + right;
    }
  }

  private static Mutant subtracting(int nth) {
    return new Mutant(
        "a sum that subtracts",
        Sum.class.getName(),
        "applyAsInt",
        element -> element instanceof OperatorInstruction op && op.opcode() == Opcode.IADD,
        nth,
        (builder, original) -> builder.isub());
  }

  private static int fiveAndThree(@Nullable Mutant mutant) throws ReflectiveOperationException {
    Class<?> loaded = Class.forName(Sum.class.getName(), true, new MutantLoader(mutant));
    assertThat(loaded).isNotSameAs(Sum.class);
    IntBinaryOperator operator = (IntBinaryOperator) loaded.getDeclaredConstructor().newInstance();
    return operator.applyAsInt(5, 3);
  }

  @Test
  void a_mutant_changes_one_instruction_and_only_in_its_own_loader()
      throws ReflectiveOperationException {
    assertThat(fiveAndThree(subtracting(1))).isEqualTo(2);
    assertThat(fiveAndThree(null)).isEqualTo(8);
    assertThat(new Sum().applyAsInt(5, 3)).isEqualTo(8);
  }

  @Test
  void a_mutant_that_does_not_fit_its_method_is_refused() {
    assertThatThrownBy(() -> fiveAndThree(subtracting(2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has only 1 such");
  }
}
