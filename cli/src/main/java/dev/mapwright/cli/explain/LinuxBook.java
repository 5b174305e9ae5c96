package dev.mapwright.cli.explain;

import dev.mapwright.linux.abi.Errno;
import dev.mapwright.linux.answer.ErrnoGuide;
import dev.mapwright.linux.answer.LinuxCall;
import dev.mapwright.linux.answer.Refusal;
import java.util.ArrayList;
import java.util.List;

/** The errors of Linux, also by number: positive as errno has it, negative as a call returns it. */
final class LinuxBook implements CodeBook {
  @Override
  public String system() {
    return "Linux";
  }

  @Override
  public List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    for (Errno errno : Errno.values()) {
      String number = Integer.toString(errno.number());
      codes.add(new Code(this, errno.name(), List.of(number, "-" + number)));
    }
    return codes;
  }

  @Override
  public Explanation explain(Code code) {
    Errno errno = Errno.valueOf(code.name());
    List<Cause> causes = new ArrayList<>();
    for (LinuxCall call : LinuxCall.values()) {
      for (Refusal refusal : call.refusals()) {
        if (refusal.errno() == errno) {
          causes.add(new Cause(names(call), refusal.sentence(), refusal.source()));
        }
      }
    }
    ErrnoGuide guide = ErrnoGuide.of(errno);
    String meaning = errno.sentence() + ". " + guide.meaning();
    return new Explanation(meaning, causes, List.of(), guide.advice());
  }

  @Override
  public List<String> routines() {
    List<String> names = new ArrayList<>();
    for (LinuxCall call : LinuxCall.values()) {
      names.add(names(call));
    }
    return names;
  }

  private static String names(LinuxCall call) {
    return String.join(", ", call.names());
  }
}
