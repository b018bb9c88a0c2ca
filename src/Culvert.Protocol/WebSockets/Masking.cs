using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The masking of payloads sent by clients (RFC 6455 §5.3). Its own inverse. Safe to call concurrently.
/// </summary>
public static class Masking
{
    /// <summary>Masks or unmasks <paramref name="data"/> in place.</summary>
    /// <param name="data">Any part of a payload; the caller keeps it.</param>
    /// <param name="key">The key as in <see cref="FrameHeader.MaskKey"/>: first octet in the lowest bits.</param>
    /// <param name="offsetInPayload">
    /// Where <paramref name="data"/> begins in its payload; only the two lowest bits matter, so the returned phase
    /// serves as well as the offset itself.
    /// </param>
    /// <returns>The phase, 0 to 3, at which the next part of the same payload begins.</returns>
    public static int Apply(Span<byte> data, uint key, int offsetInPayload)
    {
        var phase = offsetInPayload & 3;
        var rotated = BitOperations.RotateRight(key, phase * 8);
        ref var start = ref MemoryMarshal.GetReference(data);
        var index = 0;

        if (Vector128.IsHardwareAccelerated && data.Length >= Vector128<byte>.Count)
        {
            index = ApplyVectors(ref start, data.Length, BitConverter.IsLittleEndian ? rotated : Reverse(rotated));
        }

        // Vectors are a multiple of four bytes long, so the phase at index is the one at the start.
        for (; index < data.Length; index++)
        {
            data[index] ^= (byte)(rotated >> ((index & 3) * 8));
        }

        return (phase + data.Length) & 3;
    }

    private static int ApplyVectors(ref byte start, int length, uint pattern)
    {
        nuint index = 0;
        var end = (nuint)length;
        if (Vector512.IsHardwareAccelerated && end >= (nuint)Vector512<byte>.Count)
        {
            var mask = Vector512.Create(pattern).AsByte();
            for (; end - index >= (nuint)Vector512<byte>.Count; index += (nuint)Vector512<byte>.Count)
            {
                (Vector512.LoadUnsafe(ref start, index) ^ mask).StoreUnsafe(ref start, index);
            }
        }

        if (Vector256.IsHardwareAccelerated && end - index >= (nuint)Vector256<byte>.Count)
        {
            var mask = Vector256.Create(pattern).AsByte();
            for (; end - index >= (nuint)Vector256<byte>.Count; index += (nuint)Vector256<byte>.Count)
            {
                (Vector256.LoadUnsafe(ref start, index) ^ mask).StoreUnsafe(ref start, index);
            }
        }

        var narrow = Vector128.Create(pattern).AsByte();
        for (; end - index >= (nuint)Vector128<byte>.Count; index += (nuint)Vector128<byte>.Count)
        {
            (Vector128.LoadUnsafe(ref start, index) ^ narrow).StoreUnsafe(ref start, index);
        }

        return (int)index;
    }

    private static uint Reverse(uint value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
