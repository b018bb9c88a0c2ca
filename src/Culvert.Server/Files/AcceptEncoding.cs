using System.Text;

namespace Culvert.Server.Files;

/// <summary>
/// Which codings a client takes (RFC 9110 §12.5.3), as weights from 0 to 1000. Allocates nothing. No encoding at all
/// can always be sent: 406 would help nobody.
/// </summary>
internal readonly struct AcceptEncoding
{
    // Real browsers send some 30 bytes.
    private const int MaxBytes = 1024;
    private const int NotNamed = -1;

    private readonly short _brotli;
    private readonly short _zstd;
    private readonly short _gzip;
    private readonly short _identity;

    private AcceptEncoding(short brotli, short zstd, short gzip, short identity)
    {
        _brotli = brotli;
        _zstd = zstd;
        _gzip = gzip;
        _identity = identity;
    }

    /// <summary>0: not to be sent.</summary>
    public int WeightOf(Coding coding) => coding switch
    {
        Coding.Brotli => _brotli,
        Coding.Zstd => _zstd,
        Coding.Gzip => _gzip,
        _ => _identity,
    };

    public static AcceptEncoding Parse(ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty || header.Length > MaxBytes)
        {
            return default;
        }

        short brotli = NotNamed, zstd = NotNamed, gzip = NotNamed, identity = NotNamed, any = NotNamed;
        foreach (var piece in header.Split((byte)','))
        {
            var item = header[piece];
            var semicolon = item.IndexOf((byte)';');
            var name = (semicolon < 0 ? item : item[..semicolon]).Trim(" \t"u8);
            var weight = semicolon < 0 ? (short)1000 : WeightIn(item[(semicolon + 1)..]);
            if (Ascii.EqualsIgnoreCase(name, "br"u8))
            {
                brotli = weight;
            }
            else if (Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8))
            {
                gzip = weight;
            }
            else if (Ascii.EqualsIgnoreCase(name, "zstd"u8))
            {
                zstd = weight;
            }
            else if (Ascii.EqualsIgnoreCase(name, "identity"u8))
            {
                identity = weight;
            }
            else if (name.SequenceEqual("*"u8))
            {
                any = weight;
            }
        }

        return new AcceptEncoding(Or(brotli, any), Or(zstd, any), Or(gzip, any), Or(identity, any));
    }

    private static short Or(short weight, short any) => Math.Max((short)0, weight == NotNamed ? any : weight);

    /// <summary>The weight after <c>q=</c>; 0 for a fault, so that nothing is sent that was perhaps refused.</summary>
    private static short WeightIn(ReadOnlySpan<byte> parameter)
    {
        parameter = parameter.Trim(" \t"u8);
        if (parameter is not [(byte)'q' or (byte)'Q', (byte)'=', (byte)'0' or (byte)'1', ..])
        {
            return 0;
        }

        var digits = parameter[3..];
        if (digits.Length > 4 || digits is [not (byte)'.', ..])
        {
            return 0;
        }

        var weight = 0;
        for (var index = 1; index < 4; index++)
        {
            var digit = index < digits.Length ? digits[index] : (byte)'0';
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return 0;
            }

            weight = (weight * 10) + (digit - '0');
        }

        return (short)(parameter[2] == '1' ? 1000 : weight);
    }
}
