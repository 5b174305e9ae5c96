package dev.mapwright.cli.explain;

import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import dev.mapwright.zircon.answer.StatusGuide;
import java.util.ArrayList;
import java.util.List;

/** The statuses of Magenta, also under the names that begin with ZX_, and as numbers. */
final class MagentaBook implements CodeBook {
  @Override
  public String system() {
    return "Magenta, 2017";
  }

  @Override
  public List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    for (StatusGuide guide : StatusGuide.values()) {
      codes.add(new Code(this, guide.name(), aliases(guide)));
    }
    return codes;
  }

  /** The signed number; as somebody prints it who takes it for unsigned; and in hexadecimal. */
  private static List<String> aliases(StatusGuide guide) {
    List<String> aliases = new ArrayList<>();
    int status = guide.status();
    aliases.add(Integer.toString(status));
    if (status < 0) {
      aliases.add(Integer.toUnsignedString(status));
      aliases.add(Numbers.hexadecimal(status & 0xffff_ffffL));
      aliases.add(Numbers.hexadecimal(status));
    }
    aliases.add("ZX" + guide.name().substring(2));
    return aliases;
  }

  @Override
  public Explanation explain(Code code) {
    StatusGuide guide = StatusGuide.valueOf(code.name());
    List<Cause> causes = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        if (condition.status() == guide.status()) {
          causes.add(new Cause(routine.documentedName(), condition.sentence(), condition.source()));
        }
      }
    }
    return new Explanation(guide.meaning(), causes, List.of(), guide.advice());
  }

  @Override
  public List<String> routines() {
    List<String> names = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      names.add(routine.documentedName());
    }
    return names;
  }
}
