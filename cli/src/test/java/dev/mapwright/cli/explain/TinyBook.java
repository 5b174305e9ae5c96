package dev.mapwright.cli.explain;

import java.util.ArrayList;
import java.util.List;

/** A system whose codes have two parts, and the shortest example of a book. */
final class TinyBook implements CodeBook {
  @Override
  public String system() {
    return "Tiny";
  }

  @Override
  public List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    codes.add(new Code(this, "0xA", List.of("LEVEL_MISUSE")));
    codes.add(new Code(this, "0xDA", List.of("ENTRY_MISUSE")));
    codes.add(new Code(this, "0xDA/0x104", List.of("ENTRY_MISUSE/0x104")));
    codes.add(new Code(this, "0xDA/0x105", List.of("ENTRY_MISUSE/0x105")));
    codes.add(new Code(this, "0x1A", List.of("MEMORY_MISUSE")));
    codes.add(new Code(this, "0x1A/0x104", List.of("MEMORY_MISUSE/0x104")));
    codes.add(new Code(this, "STATUS_INVALID_PARAMETER", List.of("0xC000000D")));
    codes.add(new Code(this, "STATUS_INVALID_PARAMETER_4", List.of("0xC00000F2")));
    return codes;
  }

  @Override
  public Explanation explain(Code code) {
    List<Part> parts = new ArrayList<>();
    for (Code other : codes()) {
      if (other.name().startsWith(code.name() + "/")) {
        List<String> givers =
            other.name().equals("0xDA/0x104") ? List.of("MmUnmapThing") : List.of();
        parts.add(new Part(other.name(), "it is " + other.name(), givers));
      }
    }
    List<Cause> causes =
        code.name().equals("0xDA/0x104")
            ? List.of(new Cause("MmUnmapThing", "the thing is not mapped", "Bug Check 0xDA"))
            : List.of();
    return new Explanation("It is " + code.name() + ".", causes, parts, List.of("Mend it."));
  }

  @Override
  public List<String> routines() {
    return List.of("MmUnmapThing");
  }
}
