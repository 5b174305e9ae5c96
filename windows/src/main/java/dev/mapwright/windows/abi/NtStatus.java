package dev.mapwright.windows.abi;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** NTSTATUS values that the routines return or raise, under their documented names (ntstatus.h). */
public final class NtStatus {
  /** Done. */
  public static final int STATUS_SUCCESS = 0x00000000;

  /** Failed, for a reason that has no status of its own. */
  public static final int STATUS_UNSUCCESSFUL = 0xC0000001;

  /** Documented and never implemented. */
  public static final int STATUS_NOT_IMPLEMENTED = 0xC0000002;

  /** An address can't be accessed in the way that was asked for. */
  public static final int STATUS_ACCESS_VIOLATION = 0xC0000005;

  /** A parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER = 0xC000000D;

  /** There is no room of that size left in the address range. */
  public static final int STATUS_NO_MEMORY = 0xC0000017;

  /** The addresses asked for are taken. */
  public static final int STATUS_CONFLICTING_ADDRESSES = 0xC0000018;

  /** Nothing is mapped there. */
  public static final int STATUS_NOT_MAPPED_VIEW = 0xC0000019;

  /** The caller may not do that. */
  public static final int STATUS_ACCESS_DENIED = 0xC0000022;

  /** The buffer is too small for the answer. */
  public static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;

  /** Two parameters do not go together. */
  public static final int STATUS_INVALID_PARAMETER_MIX = 0xC0000030;

  /** The page protection is none that the routine accepts. */
  public static final int STATUS_INVALID_PAGE_PROTECTION = 0xC0000045;

  /** None of it is mapped. */
  public static final int STATUS_NONE_MAPPED = 0xC0000073;

  /** Pool, system PTEs, pages or bookkeeping are used up. */
  public static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;

  /** The process may lock no more pages. */
  public static final int STATUS_WORKING_SET_QUOTA = 0xC00000A1;

  /** The system does not do that. */
  public static final int STATUS_NOT_SUPPORTED = 0xC00000BB;

  /** The first parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_1 = 0xC00000EF;

  /** The second parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_2 = 0xC00000F0;

  /** The third parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_3 = 0xC00000F1;

  /** The fourth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_4 = 0xC00000F2;

  /** The fifth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_5 = 0xC00000F3;

  /** The sixth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_6 = 0xC00000F4;

  /** The seventh parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_7 = 0xC00000F5;

  /** The eighth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_8 = 0xC00000F6;

  /** The ninth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_9 = 0xC00000F7;

  /** The tenth parameter is not acceptable. */
  public static final int STATUS_INVALID_PARAMETER_10 = 0xC00000F8;

  /** The process is ending. */
  public static final int STATUS_PROCESS_IS_TERMINATING = 0xC000010A;

  /** The address is none that could be used. */
  public static final int STATUS_INVALID_ADDRESS = 0xC0000141;

  /** There is no such thing. */
  public static final int STATUS_NOT_FOUND = 0xC0000225;

  /** Somebody uses it. */
  public static final int STATUS_RESOURCE_IN_USE = 0xC0000708;

  /** What three pages call {@link #STATUS_RESOURCE_IN_USE}; no header has a symbol of this name. */
  public static final int STATUS_IN_USE = STATUS_RESOURCE_IN_USE;

  private static final class Names {
    static final Map<Integer, String> BY_VALUE = byValue();

    private static Map<Integer, String> byValue() {
      Map<Integer, String> names = new TreeMap<>();
      for (Field field : NtStatus.class.getFields()) {
        if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("STATUS_IN_USE")) {
          try {
            names.put(field.getInt(null), field.getName());
          } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
          }
        }
      }
      return Map.copyOf(names);
    }
  }

  private NtStatus() {}

  /**
   * {@return the documented name of a status, or its value in hexadecimal when it is none of these}
   *
   * @param status any number
   */
  public static String name(int status) {
    String name = Names.BY_VALUE.get(status);
    return name != null ? name : "0x" + Integer.toHexString(status).toUpperCase(Locale.ROOT);
  }

  /**
   * {@return whether a status says that the call did what it was asked: NT_SUCCESS}
   *
   * @param status any status
   */
  public static boolean success(int status) {
    return status >= 0;
  }
}
