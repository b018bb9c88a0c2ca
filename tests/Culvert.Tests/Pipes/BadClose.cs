using System.Buffers.Binary;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>Payloads that no Close may have, in hexadecimal (RFC 6455 §5.5.1, §7.4).</summary>
internal static class BadClose
{
    private static readonly int[] Codes =
        [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65_535];

    private static readonly string[] Bodies = ["03", "03e8ff", "03e8c328", "0fa161c3", "03e8eda080"];

    /// <summary>Each from both sides, as theory data.</summary>
    public static IEnumerable<TheoryDataRow<string, bool>> Names() =>
        from payload in Codes.Select(Body).Concat(Bodies)
        from isClient in (bool[])[true, false]
        select new TheoryDataRow<string, bool>(payload, isClient);

    /// <summary>The code that the sender gets back.</summary>
    public static int AnswerTo(string payload) =>
        payload.Length > 4 ? CloseCode.InvalidPayload : CloseCode.ProtocolError;

    private static string Body(int code)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return Convert.ToHexString(payload);
    }
}
