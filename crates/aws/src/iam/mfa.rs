//! Virtual MFA devices.

use super::shape;
use crate::operation::{At, Desk, listed, paging, time};
use app::Error;
use app::iam::mfa::{self, Pair};
use awswire::iam::{
    AssignmentStatusType, CreateVirtualMFADeviceInput, CreateVirtualMFADeviceOutput,
    DeactivateMFADeviceInput, DeleteVirtualMFADeviceInput, EnableMFADeviceInput,
    ListMFADevicesInput, ListMFADevicesOutput, ListVirtualMFADevicesInput,
    ListVirtualMFADevicesOutput, MFADevice, Op, ResyncMFADeviceInput, VirtualMFADevice,
};
use awswire::value::{Blob, Sensitive};
use awswire::{Reply, WireError};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateVirtualMFADevice => at.serve(create).await,
        Op::EnableMFADevice => at.serve(enable).await,
        Op::ResyncMFADevice => at.serve(resync).await,
        Op::DeactivateMFADevice => at.serve(deactivate).await,
        Op::DeleteVirtualMFADevice => at.serve(delete).await,
        Op::ListMFADevices => at.serve(list).await,
        Op::ListVirtualMFADevices => at.serve(list_virtual).await,
        _ => at.unserved(),
    }
}

async fn create(
    desk: Desk,
    input: CreateVirtualMFADeviceInput,
) -> Result<CreateVirtualMFADeviceOutput, Error> {
    let new = (
        input.virtual_mfa_device_name,
        input.path,
        shape::tags(input.tags),
    );
    let made = desk.perform(mfa::create, new).await?;
    let seed = made.seed.expose().as_bytes().to_vec();
    let virtual_mfa_device = VirtualMFADevice {
        serial_number: made.device.arn(),
        base32_string_seed: Some(Sensitive::new(Blob(seed))),
        qr_code_png: Some(Sensitive::new(Blob(made.picture))),
        tags: made.device.tags.into_iter().map(shape::tag).collect(),
        ..Default::default()
    };
    Ok(CreateVirtualMFADeviceOutput { virtual_mfa_device })
}

async fn enable(desk: Desk, input: EnableMFADeviceInput) -> Result<(), Error> {
    let pair = Pair {
        user: input.user_name,
        serial: input.serial_number,
        first: input.authentication_code1.expose().clone(),
        second: input.authentication_code2.expose().clone(),
    };
    desk.perform(mfa::enable, pair).await
}

async fn resync(desk: Desk, input: ResyncMFADeviceInput) -> Result<(), Error> {
    let pair = Pair {
        user: input.user_name,
        serial: input.serial_number,
        first: input.authentication_code1.expose().clone(),
        second: input.authentication_code2.expose().clone(),
    };
    desk.perform(mfa::resync, pair).await
}

async fn deactivate(desk: Desk, input: DeactivateMFADeviceInput) -> Result<(), Error> {
    let which = (input.user_name, input.serial_number);
    desk.perform(mfa::deactivate, which).await
}

async fn delete(desk: Desk, input: DeleteVirtualMFADeviceInput) -> Result<(), Error> {
    desk.perform(mfa::delete, input.serial_number).await
}

async fn list(desk: Desk, input: ListMFADevicesInput) -> Result<ListMFADevicesOutput, Error> {
    let (user_name, devices) = desk.look(mfa::list, input.user_name).await?;
    let mfa_devices = devices.into_iter().map(|(serial_number, since)| MFADevice {
        user_name: user_name.clone(),
        serial_number,
        enable_date: time(since),
    });
    Ok(ListMFADevicesOutput {
        mfa_devices: mfa_devices.collect(),
        ..Default::default()
    })
}

async fn list_virtual(
    desk: Desk,
    input: ListVirtualMFADevicesInput,
) -> Result<ListVirtualMFADevicesOutput, Error> {
    let wanted = match input.assignment_status {
        Some(AssignmentStatusType::Assigned) => Some(true),
        Some(AssignmentStatusType::Unassigned) => Some(false),
        Some(AssignmentStatusType::Any) | None => None,
    };
    let asked = (wanted, paging(None, input.marker, input.max_items));
    let page = desk.look(mfa::list_virtual, asked).await?;
    let (virtual_mfa_devices, is_truncated, marker) =
        listed(page, |(device, user)| VirtualMFADevice {
            serial_number: device.arn(),
            enable_date: device.body.assigned.as_ref().map(|(_, since)| time(*since)),
            user: user.map(shape::listed_user),
            ..Default::default()
        });
    Ok(ListVirtualMFADevicesOutput {
        virtual_mfa_devices,
        is_truncated,
        marker,
    })
}
