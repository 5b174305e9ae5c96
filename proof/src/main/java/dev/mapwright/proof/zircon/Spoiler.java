package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.proof.SplitMix;
import java.lang.reflect.RecordComponent;

/** Spoils operations: one component gets a value that is likely to be wrong. */
final class Spoiler {
  private final SplitMix random;

  Spoiler(SplitMix random) {
    this.random = random;
  }

  /** The operation with one component that it should not have. */
  Operation spoil(Operation operation) {
    Class<? extends Record> kind = operation.getClass().asSubclass(Record.class);
    RecordComponent[] components = kind.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = OperationCodec.value(components[i], operation);
    }
    int which = random.below(values.length);
    values[which] =
        switch (values[which]) {
          case Long number -> spoilt(number);
          case Integer number -> spoilt(components[which].getName(), number);
          case Place place -> spoilt(place);
          default -> values[which];
        };
    return OperationCodec.make(kind, values);
  }

  private long spoilt(long number) {
    return switch (random.below(10)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> -PAGE;
      case 3 -> Long.MIN_VALUE;
      case 4 -> number + 1;
      case 5 -> number + PAGE;
      case 6 -> number - PAGE;
      case 7 -> -number;
      case 8 -> number | 1L << 47;
      default -> number * 16;
    };
  }

  private int spoilt(String name, int number) {
    return switch (name) {
      case "vmar", "vmo", "process", "handle" -> random.below(Registers.HANDLES);
      case "flags", "options", "rights", "policy" ->
          random.chance(80) ? number ^ 1 << random.below(12) : number ^ 1 << random.below(32);
      case "op", "topic" -> random.below(64);
      case "alignmentLog2" -> random.oneOf(1, 11, 63, 64, -1);
      default -> number;
    };
  }

  private Place spoilt(Place place) {
    return switch (random.below(6)) {
      case 0 -> Place.NULL;
      case 1 -> new Place(Place.HOLE, 0);
      case 2 -> new Place(Place.INPUT, 8);
      case 3 -> new Place(place.base(), place.delta() + 1);
      case 4 -> new Place(place.base(), place.delta() + PAGE);
      default -> new Place(Place.ADDRESS + random.below(16), random.below(64) * 8L);
    };
  }
}
