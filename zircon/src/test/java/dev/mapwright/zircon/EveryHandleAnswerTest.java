package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxInfo.MX_INFO_VMAR;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_SAME_RIGHTS;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxHandleDuplicate;
import static dev.mapwright.zircon.call.MxCalls.mxHandleReplace;
import static dev.mapwright.zircon.call.MxCalls.mxObjectGetInfo;

import dev.mapwright.zircon.answer.HandleClose;
import dev.mapwright.zircon.answer.HandleDuplicate;
import dev.mapwright.zircon.answer.HandleReplace;
import dev.mapwright.zircon.answer.ObjectGetInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the calls on handles. */
class EveryHandleAnswerTest extends EveryAnswer {
  private static final int SAME = MX_RIGHT_SAME_RIGHTS;

  @ParameterizedTest(name = "mx_handle_close {0}")
  @EnumSource
  void mx_handle_close(HandleClose why) {
    int vmo = vmo(PAGE);
    int status =
        switch (why) {
          case DONE -> mxHandleClose(c, vmo);
          case BAD_HANDLE -> mxHandleClose(c, 0);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_handle_duplicate {0}")
  @EnumSource
  void mx_handle_duplicate(HandleDuplicate why) {
    int vmo = vmo(PAGE);
    int status =
        switch (why) {
          case DONE -> mxHandleDuplicate(c, vmo, SAME, out);
          case BAD_HANDLE -> mxHandleDuplicate(c, 0, SAME, out);
          case LACKS_RIGHT -> mxHandleDuplicate(c, duplicate(vmo, MX_RIGHT_READ), SAME, out);
          case NOT_A_SUBSET -> {
            int weak = duplicate(vmo, MX_RIGHT_DUPLICATE | MX_RIGHT_READ);
            yield mxHandleDuplicate(c, weak, MX_RIGHT_WRITE, out);
          }
          case OUT_OF_MEMORY -> withoutMemory(() -> mxHandleDuplicate(c, vmo, SAME, out));
          case BAD_POINTER -> mxHandleDuplicate(c, vmo, SAME, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_handle_replace {0}")
  @EnumSource
  void mx_handle_replace(HandleReplace why) {
    int vmo = vmo(PAGE);
    int status =
        switch (why) {
          case DONE -> mxHandleReplace(c, vmo, SAME, out);
          case BAD_HANDLE -> mxHandleReplace(c, 0, SAME, out);
          case NOT_A_SUBSET ->
              mxHandleReplace(c, duplicate(vmo, MX_RIGHT_READ), MX_RIGHT_WRITE, out);
          case OUT_OF_MEMORY -> withoutMemory(() -> mxHandleReplace(c, vmo, SAME, out));
          case BAD_POINTER -> mxHandleReplace(c, vmo, SAME, BAD);
        };
    answered(why, status);
  }

  private int info(int handle, int topic, long buffer, long bytes, long actual, long avail) {
    return mxObjectGetInfo(c, handle, topic, buffer, bytes, actual, avail);
  }

  @ParameterizedTest(name = "mx_object_get_info {0}")
  @EnumSource
  void mx_object_get_info(ObjectGetInfo why) {
    int vmar = MX_INFO_VMAR;
    int status =
        switch (why) {
          case DONE -> info(root, vmar, out, 16, out + 16, out + 24);
          case UNKNOWN_TOPIC -> info(root, 99, out, 16, out + 16, out + 24);
          case BAD_HANDLE -> info(0, vmar, out, 16, out + 16, out + 24);
          case WRONG_TYPE -> info(vmo(PAGE), vmar, out, 16, out + 16, out + 24);
          case BAD_BUFFER -> info(root, vmar, BAD, 16, out + 16, out + 24);
          case BAD_ACTUAL_POINTER -> info(root, vmar, out, 16, BAD, out + 24);
          case BAD_AVAIL_POINTER -> info(root, vmar, out, 16, out + 16, BAD);
          case BUFFER_TOO_SMALL -> info(root, vmar, out, 15, out + 16, out + 24);
        };
    answered(why, status);
  }
}
