using System.Text;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Conformance;

/// <summary>Bytes for an echo server, what must come back, and the code of the Close that must end it.</summary>
/// <param name="Name">Section and number of the well-known conformance suite, and what it is about.</param>
/// <param name="Sent">Everything the client sends.</param>
/// <param name="Close">The close code; 1005 for a Close without one.</param>
/// <param name="Expected">Messages and pongs before it.</param>
internal sealed record WireCase(string Name, byte[] Sent, int Close, params (int Opcode, byte[] Payload)[] Expected)
{
    private const int Normal = 1000;

    /// <summary>The client ends it itself after these frames; everything before must be answered.</summary>
    public static WireCase Passes(string name, byte[][] frames, params (int Opcode, byte[] Payload)[] expected) =>
        new(name, [.. frames.SelectMany(f => f), .. RawFrame.BuildClose(Normal)], Normal, expected);

    public static WireCase Echoes(string name, int opcode, byte[] payload) =>
        Passes(name, [RawFrame.Build(opcode, payload)], (opcode, payload));

    /// <summary>The server ends it with this code, after what is expected.</summary>
    public static WireCase Fails(
        string name, int code, byte[][] frames, params (int Opcode, byte[] Payload)[] expected) =>
        new(name, [.. frames.SelectMany(f => f)], code, expected);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
