using System.Text;

namespace Culvert.Protocol.Http;

/// <summary>Judges the target of a request (RFC 9112 §3.2): its bytes, its form, and the method with it.</summary>
internal static class TargetReader
{
    /// <summary>Reads the target that the head points at, and sets its form.</summary>
    public static bool Read(ReadOnlySpan<byte> buffer, ref RequestHead head, out HttpRefusal refusal)
    {
        var target = head.Target.Of(buffer);
        if (!CheckBytes(target, out refusal))
        {
            return false;
        }

        if (target[0] == '/')
        {
            head.TargetForm = TargetForm.Origin;
        }
        else if (head.Method == RequestMethod.Connect)
        {
            head.TargetForm = TargetForm.Authority;
        }
        else if (target.SequenceEqual("*"u8))
        {
            head.TargetForm = TargetForm.Asterisk;
            if (head.Method != RequestMethod.Options)
            {
                refusal = Refusals.AsteriskForm;
                return false;
            }
        }
        else if (!ReadAbsolute(target, ref head, out refusal))
        {
            return false;
        }

        if (head.Method is RequestMethod.Connect or RequestMethod.Trace)
        {
            refusal = Refusals.MethodNotAllowed;
            return false;
        }

        return true;
    }

    private static bool CheckBytes(ReadOnlySpan<byte> target, out HttpRefusal refusal)
    {
        refusal = target.IsEmpty ? Refusals.SpaceInTarget : default;
        var rest = target;
        while (rest.IndexOfAnyExcept(HttpCharacters.PlainTarget) is var at and >= 0)
        {
            if (rest[at] != '%')
            {
                refusal = rest[at] switch
                {
                    (byte)' ' => Refusals.SpaceInTarget,
                    (byte)'#' => Refusals.Fragment,
                    _ => Refusals.NotAsciiInTarget,
                };
                return false;
            }

            if (!IsEscape(rest[at..]))
            {
                refusal = Refusals.Escape;
                return false;
            }

            if (rest[at + 1] == '0' && rest[at + 2] == '0' && !target[..^(rest.Length - at)].Contains((byte)'?'))
            {
                refusal = Refusals.NulEscape;
                return false;
            }

            rest = rest[(at + 3)..];
        }

        return !target.IsEmpty;
    }

    /// <summary>Whether a text begins with a percent sign and two hexadecimal digits.</summary>
    private static bool IsEscape(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && text[0] == '%' && char.IsAsciiHexDigit((char)text[1])
        && char.IsAsciiHexDigit((char)text[2]);

    private static bool ReadAbsolute(ReadOnlySpan<byte> target, ref RequestHead head, out HttpRefusal refusal)
    {
        refusal = default;
        head.TargetForm = TargetForm.Absolute;
        var colon = target.IndexOf("://"u8);
        var scheme = target[..Math.Max(colon, 0)];
        if (!Ascii.EqualsIgnoreCase(scheme, "http"u8) && !Ascii.EqualsIgnoreCase(scheme, "https"u8))
        {
            refusal = colon > 0 ? Refusals.TargetScheme : Refusals.TargetNotPath;
            return false;
        }

        var rest = target[(colon + 3)..];
        var length = rest.IndexOfAny((byte)'/', (byte)'?');
        var authority = length < 0 ? rest : rest[..length];
        var start = head.Target.Offset + colon + 3;
        head.TargetAuthority = new(start, authority.Length);
        head.Target = new(start + authority.Length, rest.Length - authority.Length);
        if (!HostRules.IsHostAndPort(authority))
        {
            refusal = authority.Contains((byte)'@') ? Refusals.TargetUser : Refusals.TargetAuthority;
            return false;
        }

        return true;
    }
}
