namespace Culvert.Protocol.WebSockets;

/// <summary>What <see cref="CloseHandshake"/> asks its owner to do.</summary>
/// <param name="SendsClose">Whether to write a Close frame with the code and reason first.</param>
/// <param name="Code">The code to send; 0 when nothing is sent.</param>
/// <param name="Reason">The reason to send.</param>
/// <param name="Next">What to do then.</param>
public readonly record struct CloseStep(bool SendsClose, int Code, string Reason, CloseNext Next);
