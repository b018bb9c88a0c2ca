using System.Diagnostics.CodeAnalysis;

namespace Culvert.Server.Accounts;

/// <summary>What was asked for, or why not.</summary>
internal readonly struct AccountResult<T>
    where T : class
{
    private AccountResult(T? value, AccountRefusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public AccountRefusal? Refusal { get; }

    /// <summary>True when it was done.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Value is not null;

    public static implicit operator AccountResult<T>(T value) => new(value, null);

    public static implicit operator AccountResult<T>(AccountRefusal refusal) => new(null, refusal);
}
