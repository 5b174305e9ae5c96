package dev.mapwright.proof.zircon;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Operations as bytes. Every sequence of bytes is a list of operations: codes and registers are
 * taken modulo what exists, and a last operation whose bytes do not suffice is dropped.
 *
 * <p>A number is one byte n and, for some, a payload: 0 to 223 mean themselves in pages (n * 4096);
 * 224 to 231 take 1 to 8 bytes, little-endian; 232 to 239 take 1 to 8 bytes of pages; 240 to 247
 * are 1 to 8 pages below 2^64; 248 to 255 are -4 to 3 bytes from 0.
 */
final class OperationCodec {
  private static final Kind[] KINDS = Kind.values();

  private OperationCodec() {}

  static byte[] encode(List<Operation> operations) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Operation operation : operations) {
      out.write(Kind.of(operation).ordinal());
      for (RecordComponent component : operation.getClass().getRecordComponents()) {
        switch (value(component, operation)) {
          case Integer number -> put(out, number);
          case Long number -> put(out, number);
          case Place place -> {
            out.write(place.base());
            put(out, place.delta());
          }
          default -> throw new IllegalStateException(component.toString());
        }
      }
    }
    return out.toByteArray();
  }

  /** The sequence as a person passes it on: hexadecimal, for {@link #decodeHex}. */
  static String encodeHex(List<Operation> operations) {
    return HexFormat.of().formatHex(encode(operations));
  }

  static List<Operation> decodeHex(String hex) {
    return decode(HexFormat.of().parseHex(hex));
  }

  static List<Operation> decode(byte[] bytes) {
    List<Operation> operations = new ArrayList<>();
    Cursor cursor = new Cursor(bytes);
    while (cursor.left() > 0) {
      Class<? extends Record> kind = KINDS[cursor.next() % KINDS.length].type();
      RecordComponent[] components = kind.getRecordComponents();
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        values[i] = decode(components[i], cursor);
      }
      if (cursor.exhausted) {
        break;
      }
      operations.add(make(kind, values));
    }
    return operations;
  }

  private static Object decode(RecordComponent component, Cursor cursor) {
    if (component.getType() == Place.class) {
      int base = cursor.next() % Place.BASES;
      return new Place(base, number(cursor));
    }
    long number = number(cursor);
    if (component.getType() == long.class) {
      return number;
    }
    return normal(component.getName(), (int) number);
  }

  /** Registers into their range, sizes of accesses to 1, 2, 4 and 8 bytes; flags stay. */
  private static int normal(String name, int number) {
    return switch (name) {
      case "vmar", "vmo", "process", "handle" -> Math.floorMod(number, Registers.HANDLES);
      case "to", "toRoot" -> Math.floorMod(number, Registers.HANDLES);
      case "toAddress" -> Math.floorMod(number, Registers.ADDRESSES);
      case "sizeLog2" -> number & 3;
      case "number" -> number & 0xff;
      default -> number;
    };
  }

  static Operation make(Class<? extends Record> kind, Object[] values) {
    Class<?>[] types =
        Arrays.stream(kind.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return (Operation) kind.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(kind + " " + Arrays.toString(values), e);
    }
  }

  static Object value(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private static void put(ByteArrayOutputStream out, long number) {
    if (number >= -4 && number < 0) {
      out.write((int) (252 + number));
    } else if (number > 0 && number < 4) {
      out.write((int) (252 + number));
    } else if (Bits.aligned(number) && Bits.below(number >>> 12, 224)) {
      out.write((int) (number >>> 12));
    } else if (Bits.aligned(number) && number >= -8 * Bits.PAGE && number < 0) {
      out.write((int) (239 - (number >> 12)));
    } else {
      boolean inPages = Bits.aligned(number);
      long payload = inPages ? number >>> 12 : number;
      int bytes = Math.max(1, (64 - Long.numberOfLeadingZeros(payload) + 7) / 8);
      out.write((inPages ? 231 : 223) + bytes);
      for (int i = 0; i < bytes; i++) {
        out.write((int) (payload >>> 8 * i));
      }
    }
  }

  private static long number(Cursor cursor) {
    int first = cursor.next();
    if (first < 224) {
      return first * Bits.PAGE;
    }
    if (first >= 248) {
      return first - 252L;
    }
    if (first >= 240) {
      return -(first - 239) * Bits.PAGE;
    }
    int bytes = (first & 7) + 1;
    long payload = 0;
    for (int i = 0; i < bytes; i++) {
      payload |= (long) cursor.next() << 8 * i;
    }
    return first >= 232 ? payload << 12 : payload;
  }

  private static final class Cursor {
    private final byte[] bytes;
    private int at;
    boolean exhausted;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int left() {
      return bytes.length - at;
    }

    int next() {
      if (at == bytes.length) {
        exhausted = true;
        return 0;
      }
      return bytes[at++] & 0xff;
    }
  }
}
