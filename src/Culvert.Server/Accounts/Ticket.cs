namespace Culvert.Server.Accounts;

/// <summary>A ticket as it is handed out.</summary>
/// <param name="Secret">What the client sends.</param>
/// <param name="Lifetime">For how long it will be taken.</param>
internal readonly record struct Ticket(string Secret, TimeSpan Lifetime);
